"""A desk's shift: from where it counts, what it adds up to, how it is closed."""
