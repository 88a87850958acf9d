"""The database: tables, one store, and queries named after the questions they answer."""
