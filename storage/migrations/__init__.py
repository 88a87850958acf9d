"""The versions of the tables, from an empty database on."""
