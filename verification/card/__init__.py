"""What was shown: numbers, facts, readers of each QR, what kind of text it is, and the reasons."""
