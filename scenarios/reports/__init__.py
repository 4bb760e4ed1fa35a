"""What a run leaves behind: machine-readable files and one page to read."""
