"""What became of one file, and the words for it that all outputs share."""

from __future__ import annotations

import msgspec

from mocks.standards.findings import Finding
from mocks.standards.look import Recognised
from scenarios.verdict import Verdict

#: The version of the form of ``--json``.
SCHEMA = "tvaers.check/1"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one file or member of an archive; the rows of ``--json`` are these.

    ``layers`` are what it is, from the outside in (``base64``, ``VANSEnvelope``, ``XDIS91``); ``standard``
    and ``version`` those of the outermost message. ``reason`` says why nothing was judged, if nothing was;
    ``relation`` what the message has to do with the others, with ``--together``.
    """

    file: str
    verdict: Verdict
    standard: str
    version: str = ""
    layers: list[Recognised] = []
    reason: str = ""
    relation: str = ""
    findings: list[Finding] = []

    @property
    def title(self) -> str:
        """``VANSEnvelope 1.0.4 > XDIS91 XD9134L``."""
        layers = self.layers or [Recognised(self.standard or "no message", self.version)]
        return " > ".join(f"{layer.standard} {layer.version}".strip() for layer in layers)


def printable(text: str) -> str:
    """``text`` fit for a terminal, JSON and XML: control characters and broken ones written as escapes."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text
    )
