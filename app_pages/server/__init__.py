"""What one running server holds: the house, screens, the window, pairing, guarded routes."""
