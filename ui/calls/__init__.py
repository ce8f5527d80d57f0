"""Starting and finishing calls on screen."""
