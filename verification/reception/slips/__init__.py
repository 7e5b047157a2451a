"""What a patient is given on paper."""
