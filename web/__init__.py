"""The pages: who has only mail and a browser can do here what the bot does."""
