"""The page that answers what a visit would be entitled to, and prints the rules."""
