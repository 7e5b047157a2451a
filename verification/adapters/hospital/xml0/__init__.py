"""The check-in record (XML0) as a file: written, read with care, checked against form and rules."""
