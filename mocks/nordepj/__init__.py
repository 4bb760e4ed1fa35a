"""NordEPJ, the record system of Region Nordjylland, with BUP and the somatic departments."""
