"""The law of a day: which card counts, what speaks against it, and what a visit is entitled to."""
