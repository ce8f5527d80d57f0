"""Colours, type and icons, in light and dark; knows no feature."""
