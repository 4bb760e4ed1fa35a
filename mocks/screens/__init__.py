"""The style sheet that all screens share."""
