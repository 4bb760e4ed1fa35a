"""The desk of a messaging system: write, look into the inbox, read, file. A small JSON interface.

A vendor's real system has its own desk; there a person or an adapter acts.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mocks.limits import JsonBody, Refused, answer
from mocks.messaging.folders import Folders
from mocks.messaging.formats import Format
from mocks.messaging.mailbox import Mailbox
from mocks.messaging.notices import Notices
from mocks.messaging.receiver import File, Receiver
from mocks.messaging.records import Draft, ReceivedLetter
from mocks.messaging.screen import letter_screen_routes
from mocks.messaging.sender import NotSent, Sender
from mocks.messaging.settings import MessagingSettings
from mocks.runtime import Runtime

#: How many of its units a system names when somebody asks for another.
_NAMED = 10
_STATUS = {
    "unknown_unit": 404,
    "unknown_location_number": 404,
    "malformed_location_number": 400,
    "no_location_number": 409,
    "no_common_format": 409,
    "unusable_draft": 400,
    "sor_away": 503,
}


def messaging_routes(
    runtime: Runtime,
    settings: MessagingSettings,
    formats: dict[str, Format],
    file: File,
    *,
    files_itself: bool = False,
) -> list[Route]:
    """Everything a system needs to take part in correspondence: its wire face and its desk.

    ``files_itself``: a letter is filed as soon as somebody has opened it, as record systems do.
    """
    sender = Sender(runtime, settings, formats)
    receiver = Receiver(runtime, settings, formats, sender)
    sender.start()
    notices = Notices(runtime)

    def arrived(letter: ReceivedLetter) -> None:
        if settings.notice:
            notices.give(letter)
        if settings.automatic_filing:
            runtime.clock.spawn(f"{runtime.system} files", file_by_itself(letter))

    async def file_by_itself(letter: ReceivedLetter) -> None:
        await receiver.file(letter, file)

    receiver.arrived = arrived
    mailbox = Mailbox(sender, receiver, formats, Folders(runtime, settings.folders), settings.units)
    read_draft = JsonBody(Draft)
    units = frozenset(own.sor_id for own in settings.units)

    async def take(request: Request) -> Response:
        delivery = await receiver.take(await request.body())
        return Response(delivery.body, delivery.status, media_type=delivery.content_type)

    async def write(request: Request) -> Response:
        draft = await read_draft(request)
        replied = receiver.letter(draft.reply_to) if draft.reply_to else None
        if draft.reply_to and replied is None:
            raise unknown_letter("$.reply_to")
        try:
            letter = await sender.send(draft, replied)
        except NotSent as error:
            runtime.trace.note("not_sent", reason=error.reason, unit=draft.unit, receiver=draft.receiver)
            return answer({"error": error.reason, "text": str(error)}, _STATUS[error.reason])
        return answer({"message": letter.message, "standard": letter.standard, "state": letter.state}, 201)

    def asked_unit(request: Request) -> str:
        unit = request.query_params.get("unit", "")
        if unit not in units:
            known = ", ".join(f"{own.sor_id} ({own.name})" for own in settings.units[:_NAMED])
            more = f" and {len(settings.units) - _NAMED} more" if len(settings.units) > _NAMED else ""
            what = f"unit {unit[:24]!r} does not work on this system" if unit else "no unit is named"
            raise Refused(
                404 if unit else 400, what, "query, unit", f"use a SOR id: {known or 'there is none'}{more}"
            )
        return unit

    async def inbox(request: Request) -> Response:
        unit = asked_unit(request)
        letters = receiver.inbox(unit, unread=request.query_params.get("unread") == "true")
        return answer({"unit": unit, "letters": [line(letter) for letter in letters]})

    async def sent(request: Request) -> Response:
        unit = asked_unit(request)
        rows = [
            {
                "message": letter.message, "to": letter.receiver_gln, "subject": letter.subject,
                "standard": letter.standard, "state": letter.state, "reason": letter.reason,
                "composed": letter.composed, "envelopes": len(letter.envelopes),
                "acknowledged": letter.acknowledged,
            }
            for letter in sender.letters(unit)
        ]  # fmt: skip
        return answer({"unit": unit, "letters": rows})

    async def open_letter(request: Request) -> Response:
        letter = receiver.letter(request.path_params["message"])
        if letter is None:
            raise unknown_letter("message in the path")
        receiver.read(letter)
        if files_itself:
            await receiver.file(letter, file)
        return answer({**line(letter), "text": letter.text, "cpr": letter.cpr, "patient": letter.patient})

    async def file_letter(request: Request) -> Response:
        letter = receiver.letter(request.path_params["message"])
        if letter is None:
            raise unknown_letter("message in the path")
        filed = await receiver.file(letter, file)
        if not filed:
            return answer({"error": "not_filed", "text": "the case system did not take the letter"}, 502)
        return answer(line(letter))

    async def list_notices(request: Request) -> Response:
        unit = asked_unit(request)
        return answer({"unit": unit, "notices": notices.of(unit)})

    return [
        Route("/vans/inbox", take, methods=["POST"]),
        Route("/desk/messages", write, methods=["POST"]),
        Route("/desk/messages/{message}/read", open_letter, methods=["POST"]),
        Route("/desk/messages/{message}/file", file_letter, methods=["POST"]),
        Route("/desk/inbox", inbox, methods=["GET"]),
        Route("/desk/sent", sent, methods=["GET"]),
        Route("/desk/notices", list_notices, methods=["GET"]),
        *letter_screen_routes(runtime, settings, sender, receiver, mailbox, file, files_itself),
    ]


def unknown_letter(where: str) -> Refused:
    """No accepted letter of ours has that message identifier."""
    return Refused(
        404, "no received letter has that identifier", where, "take one from GET /desk/inbox?unit="
    )


def line(letter: ReceivedLetter) -> dict[str, Any]:
    """One line of the inbox. It names no citizen."""
    return {
        "message": letter.message, "from": letter.sender_gln, "subject": letter.subject,
        "standard": letter.standard, "at": letter.at, "read": letter.read, "filed": letter.filed,
        "copies": letter.copies, "reply_to": letter.reply_to,
    }  # fmt: skip
