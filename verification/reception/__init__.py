"""The desk: check-in, corrections, look-up, questions and what the screen shows."""
