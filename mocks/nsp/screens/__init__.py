"""Screens of the national platform: SEB's login, the citizen's access log."""
