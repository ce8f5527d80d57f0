"""The clinic account."""
