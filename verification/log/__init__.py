"""What is written down and what it adds up to: events, visits, cases, accounts, chain, sealing."""
