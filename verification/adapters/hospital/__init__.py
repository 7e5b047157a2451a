"""The hospital's own systems: what is sent to them, and in which forms."""
