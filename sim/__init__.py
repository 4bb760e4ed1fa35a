"""The country in time: people, organisations, caseloads, and the drivers of virtual time."""
