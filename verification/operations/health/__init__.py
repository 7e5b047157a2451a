"""Whether this kiosk is well: each thing that an administrator looks after, its state and limit."""
