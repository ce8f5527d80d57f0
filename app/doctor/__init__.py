"""`vestibule doctor`: looks at everything that Vestibule needs, and says what to do about what is wrong."""
