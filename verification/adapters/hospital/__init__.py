"""The ways to a hospital system: what is written, signed and checked for it."""
