"""Document sharing of the national platform: sources register, consumers search and retrieve.

Sources come through DROS (``/dros/iti41``, ``/dros/iti57``, ``/dros/iti61``), consumers through DDS
(``/ddsregistry``, ``/ddsrepository``), which checks who asks, what the citizen has blocked, and logs it.
"""
