"""The caseload as load, and verdicts on response times."""
