"""The ways to a hospital system: what is written, signed, checked and sent, and in which forms."""
