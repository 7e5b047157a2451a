"""Lists for the card store that somebody hands in: kept, looked at apart from the server, imported."""
