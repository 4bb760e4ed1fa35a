"""SOAP 1.1 and 1.2: envelopes with WS-Addressing, faults, and attachments by MTOM."""
