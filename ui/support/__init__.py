"""What support needs to know of this installation, shown before it leaves."""
