"""Queries by topic, named after their questions; they take a unit of work and return core objects."""
