"""Official FHIR packages that a user points at, and messages checked against them."""
