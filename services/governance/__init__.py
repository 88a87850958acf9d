"""Governance: meetings that happen, submissions that arrive, a plan that moves."""
