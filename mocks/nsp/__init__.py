"""The national service platform: login, access log, sharing of appointments."""
