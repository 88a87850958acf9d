"""Telegram, both directions: what people press and type, and the messages of the outbox."""
