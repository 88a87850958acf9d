"""Queries by topic, named after the questions they answer; they take a unit of work and return core objects."""
