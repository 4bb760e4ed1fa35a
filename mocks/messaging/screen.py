"""The screens of correspondence: folders, reading, writing, answering, moving. For every system that has it.

Pages are reached without a citizen in the address; what names one goes in a form.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from mocks.limits import Refused
from mocks.messaging.folders import INBOX, SENT
from mocks.messaging.mailbox import Mailbox
from mocks.messaging.receiver import File, Receiver
from mocks.messaging.records import Author, Draft
from mocks.messaging.sender import NotSent, Sender
from mocks.messaging.settings import MessagingSettings
from mocks.runtime import Runtime
from mocks.screens.page import form_fields, page
from mocks.units import UnitKind

MAIL, LETTER, WRITE = (f"mocks.messaging.screens:{name}.html" for name in ("mail", "letter", "write"))
#: Who writes: the code that goes with the letter, and its Danish word.
ROLES = {
    "psykolog": "Psykolog",
    "socialraadgiver": "Socialrådgiver",
    "laege": "Læge",
    "sygeplejerske": "Sygeplejerske",
}
_USUAL_ROLES = {
    UnitKind.FAMILY: "socialraadgiver",
    UnitKind.BUP: "socialraadgiver",
    UnitKind.CLINIC: "laege",
    UnitKind.DEPARTMENT: "sygeplejerske",
}
#: What the writer is told, by the word for why a letter was not sent.
NOT_SENT = {
    "unknown_location_number": "Modtager ikke fundet",
    "malformed_location_number": "Lokationsnummeret er ikke gyldigt. Det har 13 cifre.",
    "no_location_number": "Afdelingen har intet lokationsnummer og kan ikke sende.",
    "no_common_format": "Modtageren kan ikke modtage korrespondancemeddelelser.",
    "unusable_draft": "Beskeden kan ikke sendes, som den er.",
    "sor_away": "Modtageren kan ikke slås op lige nu. Prøv igen senere.",
}


def letter_screen_routes(
    runtime: Runtime,
    settings: MessagingSettings,
    sender: Sender,
    receiver: Receiver,
    mailbox: Mailbox,
    file: File,
    files_itself: bool,
) -> list[Route]:
    """``GET /screen/breve?enhed=&mappe=``; ``POST`` to ``laes``, ``ny``, ``send``, ``flyt`` and ``journaliser``
    below it."""
    folders = mailbox.folders

    def unit_of(asked: str) -> str:
        if not mailbox.units:
            raise Refused(404, "no unit works on this system", "enhed", "configure one")
        unit = asked or next(iter(mailbox.units))
        if unit not in mailbox.units:
            raise Refused(
                404, f"unit {unit[:24]!r} does not work on this system", "enhed", "choose one of the list"
            )
        return unit

    def show(template: str, heading: str, unit: str, key: str, status: int = 200, **values: Any) -> Response:
        shown: dict[str, Any] = {
            "heading": heading,
            "settings": settings,
            "units": mailbox.units,
            "unit": mailbox.units[unit],
            "folders": folders.all,
            "here": key,
            "unread": mailbox.unread(unit),
            "fields": {},
            "problem": "",
        }
        return page(template, status, **shown | values)

    async def listed(request: Request) -> Response:
        unit = unit_of(request.query_params.get("enhed", ""))
        key = request.query_params.get("mappe", INBOX)
        folder = folders.folder(key)
        if folder is None:
            raise Refused(404, f"no folder is called {key[:24]!r}", "mappe", "choose one of the list")
        other = "Fra" if key == INBOX or folder.inside else "Til" if key == SENT else "Fra/til"
        lines = await mailbox.lines(unit, key)
        return show(MAIL, folder.title, unit, key, folder=folder, lines=lines, other=other)

    async def letter_of(fields: dict[str, str]) -> tuple[str, str, str]:
        """Message, unit and where the letter came to lie."""
        message = fields.get("message", "")
        start = mailbox.start_of(message)
        if start is None:
            raise Refused(404, "no letter has that identifier", "message", "open one from a folder")
        return message, *start

    async def opened(message: str, unit: str, start: str, status: int = 200, problem: str = "") -> Response:
        letter = await mailbox.open(message)
        assert letter is not None
        key = folders.of(message, start)
        values: dict[str, Any] = {
            "letter": letter,
            "targets": [f for f in folders.open_to(start) if f.key != key],
        }
        return show(
            LETTER,
            letter.subject or "Besked",
            unit,
            key,
            status,
            problem=problem,
            files_itself=files_itself,
            **values,
        )

    async def read(request: Request) -> Response:
        message, unit, start = await letter_of(await form_fields(request))
        if (got := receiver.letter(message)) is not None:
            receiver.read(got)
            if files_itself:
                await receiver.file(got, file)
        return await opened(message, unit, start)

    async def move(request: Request) -> Response:
        fields = await form_fields(request)
        message, unit, start = await letter_of(fields)
        key = fields.get("folder", "")
        if key not in {folder.key for folder in folders.open_to(start)}:
            raise Refused(400, f"a letter cannot go to {key[:24]!r}", "folder", "choose one of the list")
        before = folders.of(message, start)
        folders.move(message, key)
        return RedirectResponse(f"/screen/breve?enhed={unit}&mappe={before}", 303)

    async def file_it(request: Request) -> Response:
        message, unit, start = await letter_of(await form_fields(request))
        got = receiver.letter(message)
        if got is None or not await receiver.file(got, file):
            why = "Fagsystemet tog ikke imod beskeden. Prøv igen senere."
            return await opened(message, unit, start, 502, why)
        return await opened(message, unit, start)

    async def write(request: Request) -> Response:
        """A new letter; from a card, with its receiver and its citizen; or the answer to one."""
        fields = await form_fields(request) if request.method == "POST" else dict(request.query_params)
        given, _, family = fields.get("patient", "").strip().rpartition(" ")
        draft = {"given": given, "family": family} | fields
        replied = fields.get("reply_to", "")
        if replied:
            letter = await mailbox.open(replied)
            if letter is None or not letter.received:
                raise Refused(404, "no letter has that identifier", "reply_to", "open one from a folder")
            given, _, family = letter.patient.rpartition(" ")
            subject = letter.subject if letter.subject.startswith("SV: ") else f"SV: {letter.subject}"
            draft |= {
                "receiver": letter.other, "cpr": letter.cpr, "given": given, "family": family, "subject": subject,
                "unit": (mailbox.start_of(replied) or ("",))[0],
            }  # fmt: skip
        return await form(draft)

    async def form(draft: dict[str, str], status: int = 200, problem: str = "") -> Response:
        unit = unit_of(draft.get("unit", ""))
        draft = {"role": _USUAL_ROLES.get(mailbox.units[unit].kind, "psykolog")} | draft
        name = await mailbox.name(draft["receiver"]) if draft.get("receiver") else ""
        shown = {
            "draft": draft,
            "roles": ROLES,
            "receiver_name": name if name != draft.get("receiver") else "",
        }
        return show(
            WRITE,
            "Ny besked",
            unit,
            SENT,
            status,
            problem=problem,
            fields={"name": draft.get("name", "")},
            **shown,
        )

    async def send(request: Request) -> Response:
        fields = await form_fields(request)
        unit = unit_of(fields.get("unit", ""))
        first, _, last = fields.get("name", "").strip().rpartition(" ")
        replied = receiver.letter(fields["reply_to"]) if fields.get("reply_to") else None
        try:
            letter = await sender.send(
                Draft(
                    unit=unit,
                    receiver=fields.get("receiver", "").replace(" ", ""),
                    cpr=fields.get("cpr", "").replace("-", "").replace(" ", ""),
                    given=fields.get("given", ""),
                    family=fields.get("family", ""),
                    subject=fields.get("subject", ""),
                    text=fields.get("text", "").replace("\r\n", "\n"),
                    author=Author(first or "Ukendt", last, fields.get("role", "psykolog")),
                    reply_to=replied.message if replied else "",
                ),
                replied,
            )
        except NotSent as error:
            runtime.trace.note(
                "not_sent", reason=error.reason, unit=unit, receiver=fields.get("receiver", "")
            )
            return await form(fields, 400, NOT_SENT.get(error.reason, "Beskeden blev ikke sendt."))
        return await opened(letter.message, unit, SENT)

    return [
        Route("/screen/breve", listed, methods=["GET"]),
        Route("/screen/breve/ny", write, methods=["GET", "POST"]),
        Route("/screen/breve/laes", read, methods=["POST"]),
        Route("/screen/breve/send", send, methods=["POST"]),
        Route("/screen/breve/flyt", move, methods=["POST"]),
        Route("/screen/breve/journaliser", file_it, methods=["POST"]),
    ]
