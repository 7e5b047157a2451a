"""What leaves the house and what comes back to it."""
