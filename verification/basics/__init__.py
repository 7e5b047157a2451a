"""What every room stands on: dates, names, rates, texts and the tree of errors."""
