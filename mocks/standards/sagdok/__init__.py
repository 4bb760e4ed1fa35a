"""Sag og Dokument (OIO): the case object of KOMBIT's case index (SF1470, version 6), and what is asked of it.

``case`` has the records, ``roles`` what a case relates to and how often, ``rules`` what must hold of a case,
``read`` and ``write`` the XML of both sides, ``search`` what a search asks for, ``update`` how a change lays
itself over what is known, ``answers`` the codes that come back.
"""
