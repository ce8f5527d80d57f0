"""Tests of the practice clinic."""
