"""Fonts, icons and the practice clinic's seeds."""
