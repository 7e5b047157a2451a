"""The national portal: the client that asks it, and one to practise with."""
