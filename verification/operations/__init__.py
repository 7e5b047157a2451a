"""Putting the house together and running it: settings, wiring, set-up, commands."""
