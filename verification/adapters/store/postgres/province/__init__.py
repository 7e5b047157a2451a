"""A province's database on several PostgreSQLs: shards by person, partitions by month."""
