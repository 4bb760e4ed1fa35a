"""MedCom's EDIFACT messages: DIS91, CTL01-03, REF01 and BIN01, in the same records as their OIOXML kin."""
