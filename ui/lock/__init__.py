"""The lock: nobody was here, or somebody wants the screen to show no patient."""
