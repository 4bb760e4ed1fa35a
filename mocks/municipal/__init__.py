"""Municipal systems: case systems, correspondence modules, SAPA."""
