"""A finished run as a reader meets it: names instead of numbers, children without their CPR numbers."""

from __future__ import annotations

from scenarios.reports.data import Child, Contact, Lookup, ReportData
from sim.rehearsal import Rehearsal

#: What is real and what is made up, as (what, how).
REAL = (
    (
        "Message formats",
        "VANSEnvelope 1.0.4, XDIS91 (XD9134L) with XCTL, CareCommunication and Acknowledgement (FHIR)",
    ),
    (
        "Reliable messaging",
        "30 minutes, resends in new envelopes, duplicates told apart, as MedCom's rules say",
    ),
    ("Addresses", "SOR ids and location numbers with valid check digits, looked up in SOR by every sender"),
    ("Screens", "Danish labels, order and windows as the evaluation shows them"),
)
MOCKED = (
    ("People and organisations", "all synthetic; no CPR number can belong to a real person"),
    ("Volumes", "not published: low, base and high are assumptions with reasons"),
    ("Transport to VANS", "HTTP; the operators' own interfaces are not public"),
    (
        "Between KOMBIT and health",
        "the card's own protocol is not public: JSON of ours; behind it and beside it stand the official services",
    ),
    ("Other channels", "Digital Post, secure mail, LÆ forms, letters and phone are counted, not carried"),
)

#: Why a desk refused a letter, in words; the keys are those of ``mocks.messaging.sender.NotSent``.
NOT_SENT = {
    "unknown_unit": "the sender does not work on that system",
    "no_location_number": "the sender has no location number",
    "unknown_location_number": "SOR does not know the receiver's location number",
    "malformed_location_number": "the receiver's location number is malformed",
    "no_common_format": "sender and receiver have no message format in common",
    "unusable_draft": "the letter holds what its format cannot carry",
    "sor_away": "SOR did not answer",
}

#: Why people gave a letter up before any desk refused it.
GIVEN_UP = {"attachment_failed": "the correspondence module could not handle the attachment"}


def report_data(command: str, run: Rehearsal) -> ReportData:
    """What the report's pictures and stories are made from."""
    world, log = run.world, run.log
    names = {m.code: m.name for m in world.municipalities}
    contacts = []
    told: dict[int, int] = {}
    for c in log.contacts:
        if c.child >= 0 and c.message:
            told[c.child] = told.get(c.child, 0) + 1
        sender, receiver = world.by_sor(c.sender), world.by_sor(c.receiver)
        contacts.append(
            Contact(
                at=c.at,
                municipality=names.get(c.municipality, "Outside the pilot"),
                actor=c.actor,
                receiver_kind=c.receiver_kind,
                receiver_pilot=c.receiver_pilot,
                channel=c.channel,
                message_id=c.message or None,
                replied_at=c.replied_at,
                child=str(c.child) if c.child >= 0 else "",
                subject=c.subject,
                sender_name=sender.name if sender else c.sender,
                receiver_name=receiver.name if receiver else c.receiver,
            )
        )
    lookups = [
        Lookup(
            at=x.at,
            solution=x.solution,
            municipality=names.get(x.municipality, ""),
            outcome=x.outcome,
            consent=x.consent,
            user_kind=x.user_kind,
            system=x.system,
            child=str(world.row_of(x.child)),
            rows=x.rows,
        )
        for x in log.lookups
    ]
    users = 2 * int(run.parameters.number("users_per_department"))
    return ReportData(
        contacts=contacts,
        lookups=lookups,
        potential_users={m.name: users for m in world.pilot_municipalities},
        children={str(row): _child(run, row) for row in sorted(told, key=lambda r: (-told[r], r))[:20]},
        system_names={system.name: system.title for system in run.systems},
        real=REAL,
        mocked=MOCKED,
        command=command,
    )


def _child(run: Rehearsal, row: int) -> Child:
    person, placement = run.world.child(row), run.world.placement(row)
    municipality = run.world.municipality(person.municipality)
    return Child(
        name=person.name,
        birth_date=person.birth_date,
        municipality=municipality.name if municipality else "",
        school=placement.institution.name if placement else "",
        cpr=person.cpr,
    )
