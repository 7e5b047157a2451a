"""Backups: made while desks work, kept in turn, tried out, and gone back to."""
