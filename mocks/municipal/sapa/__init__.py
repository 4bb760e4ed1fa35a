"""SAPA, the municipalities' overview of cases and parties, with the tab of psychiatric appointments."""
