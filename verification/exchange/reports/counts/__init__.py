"""What a week and a month count: folds over the log, read piece by piece, and their tables."""
