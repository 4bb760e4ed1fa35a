"""The municipalities' shared services: case index and CPR replica."""
