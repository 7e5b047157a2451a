"""Lists for the card store that somebody hands in: kept, read apart, imported."""
