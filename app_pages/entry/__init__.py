"""The front door: sign-in forms, the gate before everything, sockets and headers."""
