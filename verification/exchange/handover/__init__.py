"""What a hospital system is given of a patient: the facts, and how they are written."""
