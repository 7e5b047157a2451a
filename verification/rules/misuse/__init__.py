"""The misuse rules: facts of past visits in, flags with their reasons out."""
