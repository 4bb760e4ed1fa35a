"""Who writes to whom, when and on which channel, and the assumptions behind it."""
