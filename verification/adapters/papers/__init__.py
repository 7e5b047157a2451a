"""What is handed out on paper or as a sheet: PDF, CSV, XLSX."""
