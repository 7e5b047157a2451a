"""What auditors see and do: flags, cases, evidence, four eyes and their steps on the page."""
