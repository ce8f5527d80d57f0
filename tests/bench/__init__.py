"""`make bench`: speed as ratios against yardsticks of the same run."""
