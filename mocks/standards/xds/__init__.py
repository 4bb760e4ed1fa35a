"""Document sharing by IHE XDS as the Danish national infrastructure speaks it: bodies of SOAP messages <-> records.

ITI-18 (search), ITI-43 (retrieve), ITI-41 (provide and register, also as a replacement), ITI-57 (change of
availability) and ITI-61 (an on-demand entry). The envelope round them is SOAP 1.2 with WS-Addressing.
"""
