"""``RegistryResponse``: the answer of ITI-41, ITI-57 and ITI-61, and the errors that every answer may hold."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from mocks.standards.safe_xml import escape_attribute
from mocks.standards.xds.names import ERROR, RS, ErrorCode, Status
from mocks.standards.xds.records import ReceivedError, RegistryAnswer, RegistryError, XdsProblem

_RESPONSE, _ERROR = f"{{{RS}}}RegistryResponse", f"{{{RS}}}RegistryError"


def response_xml(status: Status, errors: Sequence[RegistryError] = (), *, declared: bool = False) -> str:
    """The response; ``declared`` where the prefix ``rs`` is declared round it already."""
    namespace = "" if declared else f' xmlns:rs="{RS}"'
    start = f'<rs:RegistryResponse{namespace} status="{status}"'
    return f"{start}>{errors_xml(errors)}</rs:RegistryResponse>" if errors else f"{start}/>"


def write_response(status: Status, errors: Sequence[RegistryError] = ()) -> bytes:
    """The response as a SOAP body."""
    return response_xml(status, errors).encode()


def errors_xml(errors: Sequence[RegistryError]) -> str:
    """The list of errors; prefix ``rs`` must be declared round it."""
    if not errors:
        return ""
    worst = ERROR if any(e.severity == ERROR for e in errors) else errors[0].severity
    listed = "".join(
        f'<rs:RegistryError errorCode="{e.code}" codeContext="{escape_attribute(e.context)}" '
        f'location="{escape_attribute(e.location)}" severity="{e.severity}"/>'
        for e in errors
    )
    return f'<rs:RegistryErrorList highestSeverity="{worst}">{listed}</rs:RegistryErrorList>'


def read_response(body: etree._Element) -> RegistryAnswer:
    """An answer to a submission. Errors: ``XdsProblem`` for what is none."""
    if body.tag != _RESPONSE:
        raise XdsProblem(ErrorCode.REGISTRY, "the body is no RegistryResponse", "Body")
    return RegistryAnswer(status=read_status(body), errors=read_errors(body))


def read_status(element: etree._Element) -> Status:
    """The status of a response. Errors: ``XdsProblem`` for one that XDS does not know."""
    try:
        return Status(element.get("status", ""))
    except ValueError:
        raise XdsProblem(ErrorCode.REGISTRY, "the response has no status that XDS knows", "status") from None


def read_errors(element: etree._Element) -> tuple[ReceivedError, ...]:
    """The errors in a response."""
    return tuple(
        ReceivedError(
            e.get("errorCode", ""), e.get("codeContext", ""), e.get("severity", ERROR), e.get("location", "")
        )
        for e in element.iter(_ERROR)
    )
