"""What is rehearsed, checked and reported; the command line."""
