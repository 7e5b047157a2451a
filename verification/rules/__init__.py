"""What the house knows by heart: data beside the code that reads it, pure and without a log."""
