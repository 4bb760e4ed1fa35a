"""SOR, the register of health-care organisations: who can be written to, and how."""
