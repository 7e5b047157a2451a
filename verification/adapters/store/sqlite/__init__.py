"""The embedded engine: two SQLite files, `kiosk.db` and `cards-<n>.db`."""
