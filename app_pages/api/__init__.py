"""What other systems of the hospital ask by their keys, and tell: everything below `/api/`."""
