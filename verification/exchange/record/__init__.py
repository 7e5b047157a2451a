"""The check-in record (XML0, QĐ 3176/QĐ-BYT): what it says of a visit, and its sending."""
