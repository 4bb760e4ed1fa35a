"""The national service platform: login (SEB), the citizen's access log (MinLog), sharing of appointments."""
