"""The province's side of the hand-over: what houses tell it, whom it means, what flags go back."""
