"""A user's settings at the server."""
