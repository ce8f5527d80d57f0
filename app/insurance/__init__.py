"""Insurance cards and insurers."""
