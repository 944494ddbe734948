"""How the database is reached: PostgreSQL itself, a pooler before it, a replica to read from."""
