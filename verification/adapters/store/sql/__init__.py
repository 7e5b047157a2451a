"""The log's tables as SQL that SQLite and PostgreSQL both understand, each statement once."""
