"""Calls: whether one may start, where it opens, and what the server is told."""
