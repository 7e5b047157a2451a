"""What the house counts for others: the sheet of a shift, the week, the month, difficulties."""
