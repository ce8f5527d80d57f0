"""Devices and readings."""
