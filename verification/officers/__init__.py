"""Who works here: accounts, signing in, passwords, and who looked at whom."""
