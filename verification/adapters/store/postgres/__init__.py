"""The store on PostgreSQL: one database, several servers."""
