"""What a copy of the store proves: each module holds one check, `checks` runs them."""
