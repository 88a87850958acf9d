"""E-mail: what a message says by mail, and the channel that carries it."""
