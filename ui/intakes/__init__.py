"""The intake on screen."""
