"""The institution register: which school or day-care a child goes to."""
