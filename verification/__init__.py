"""Check a patient in with a BHYT card: domain, storage, scanning and command line."""
