"""The envelopes in which what was converted goes on, and the receipts for them, which go back.

A receiver's receipt names the envelope that it got; who sent something knows only its own. So a receipt is
written anew in the receiver's name, for the envelope that was converted.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mocks.runtime import Runtime
from mocks.standards import vans_envelope as vans
from mocks.standards.care_communication import MIME_JSON
from mocks.vans.records import Origin, Transit

XML = "application/xml"


class Cover(msgspec.Struct, frozen=True):
    """What stands on an envelope: name and version of the document, the VANS message identifier, and the number
    of the letter for the trace."""

    name: str
    version: str
    letter: str
    message: str
    is_file: bool = False


def enclose(
    runtime: Runtime,
    payload: bytes,
    cover: Cover,
    *,
    sender: str,
    receiver: str,
    because_of: Transit,
    origins: Sequence[Transit] = (),
) -> Transit:
    """The payload in a new envelope between two location numbers.

    ``because_of`` gives how long it may take. ``origins`` are the envelopes that it is made of, whose senders
    get its receipts.
    """
    fhir = cover.name.startswith("MCM:F")
    envelope = runtime.ids.uuid("conversion envelope")
    raw = vans.write(
        vans.Envelope(
            sender=vans.EndPoint(vans.EndPointKind.EAN, sender),
            receiver=vans.EndPoint(vans.EndPointKind.EAN, receiver),
            identifier=envelope,
            sent=runtime.clock.now(),
            meta=vans.MetaInformation(
                cover.message,
                vans.Document("HL7" if fhir else "XML", cover.name, cover.version, len(payload)),
                None,
                vans.Transport("reliable", False, (("MCM:MIME", MIME_JSON),) if fhir else ()),
            ),
            data=payload,
        )
    )
    runtime.trace.wire(
        cover.message, sender=sender, receiver=receiver, standard=cover.name,
        ids={"envelope": envelope, "message": cover.message, "letter": cover.letter}, content_type=XML, body=raw,
    )  # fmt: skip
    return Transit(
        envelope=envelope,
        message=cover.message,
        sender=sender,
        receiver=receiver,
        name=cover.name,
        raw=raw,
        accepted=because_of.accepted,
        deadline=because_of.deadline,
        is_converted=True,
        is_file=cover.is_file,
        origins=tuple(map(origin_of, origins)),
    )


def content_of(transit: Transit) -> bytes:
    """The document in an envelope that was accepted."""
    data = vans.read(transit.raw).data
    assert data is not None  # an envelope with a receipt is no Transit of this kind
    return data


def origin_of(transit: Transit) -> Origin:
    """Whom a receipt must reach, and for which envelope."""
    meta = vans.read(transit.raw).meta
    assert meta is not None
    return Origin(transit.envelope, transit.message, transit.sender, meta)


def receipt_for(runtime: Runtime, origin: Origin, receipt: vans.Envelope) -> bytes:
    """The receipt of a receiver, once more for the envelope that its original was made of."""
    given = receipt.receipt
    assert given is not None
    identifier = runtime.ids.uuid("conversion envelope")
    body = vans.write(
        vans.Envelope(
            sender=receipt.sender,
            receiver=vans.EndPoint(vans.EndPointKind.EAN, origin.sender),
            identifier=identifier,
            sent=runtime.clock.now(),
            receipt=msgspec.structs.replace(given, original_envelope=origin.envelope, original=origin.meta),
        )
    )
    runtime.trace.wire(
        origin.message, sender=receipt.sender.id, receiver=origin.sender, standard="VANSEnvelope",
        ids={"envelope": identifier, "original": origin.envelope}, content_type=XML, body=body,
    )  # fmt: skip
    return body
