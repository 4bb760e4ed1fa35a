"""KOMBIT's distribution component (SF2900): objects handed from one system to another by authority and KLE.

``records`` has what goes over the wire, ``read`` and ``write`` its XML. Two versions stand side by side, as in
the field: what a sender says to the component is version 3, what the component says to systems version 2, and
the inside of both is version 2.
"""
