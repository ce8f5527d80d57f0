"""The frame: window, sign-in, status bar."""
