"""Stores of a hospital and a province, built in bulk, and what a check-in costs in them."""
