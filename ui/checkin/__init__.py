"""Checking a patient in, on screen."""
