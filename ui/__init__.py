"""What one sees of Vestibule: Qt widgets over `app`."""
