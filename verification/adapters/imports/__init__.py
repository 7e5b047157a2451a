"""Lists from outside, row by row, into the card store and the history."""
