"""Invented visits, replayed and weighed: how right the misuse rules are."""
