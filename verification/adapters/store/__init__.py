"""The engines behind the ports, and the rows that they share."""
