"""What is measured, each beside a baseline of the same run."""
