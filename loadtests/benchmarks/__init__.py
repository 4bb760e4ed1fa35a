"""Our own speed, as ratios measured in one run."""
