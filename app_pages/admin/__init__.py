"""The administrator's page, and everybody's own account."""
