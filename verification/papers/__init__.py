"""What leaves on paper or as a list: PDF, CSV, XLSX."""
