"""The pilots that can be rehearsed."""
