"""Where the house touches the outside: stores, files, pictures and papers."""
