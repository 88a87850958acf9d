"""Calendars to subscribe to: who may have which, what is in it, and its bytes as long as nothing changes."""
