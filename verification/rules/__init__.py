"""The law, codes, thresholds and texts as data."""
