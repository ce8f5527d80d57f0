"""Waiting rooms and their providers."""
