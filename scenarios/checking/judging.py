"""One item in, its result out: read it, unwrap it, check it, and put the verdict into a word."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from mocks.errors import Malformed
from mocks.standards.appearance import appearance, is_base64_of_message
from mocks.standards.exchange.registers import check_register
from mocks.standards.exchange.unwrapped import unwrap
from mocks.standards.findings import Finding, Severity, is_valid
from mocks.standards.look import UNKNOWN, Recognised
from mocks.standards.profiles.xml_types import decode_base64
from mocks.standards.recognise import Checked, check_bytes
from mocks.standards.rule import Rule
from scenarios.checking import archives
from scenarios.checking.items import Item
from scenarios.checking.options import Options
from scenarios.checking.results import Result
from scenarios.verdict import Verdict

_TOO_LARGE = Rule(
    id="file-size",
    statement="A file is at most as large as an envelope may be, which is 100 MB.",
    source="MedCom governance for network envelopes",
    mend="Send fewer or smaller attachments.",
)
RULES = (_TOO_LARGE,)


def judge(item: Item, options: Options) -> Result:
    """The result of an item. Never an error: a fault of our own is a result too."""
    if item.skipped:
        return Result(file=item.name, verdict=Verdict.SKIPPED, standard="", reason=item.skipped)
    if item.fault:
        return Result(file=item.name, verdict=Verdict.ERROR, standard="", reason=item.fault)
    if item.refused:
        return _refused(item, item.refused, "archive")
    try:
        return _judge(item, options)
    except Malformed as refused:
        return _refused(item, refused.findings, "archive")
    except OSError as problem:
        return Result(
            file=item.name,
            verdict=Verdict.ERROR,
            standard="",
            reason=f"it cannot be read: {problem.strerror}",
        )
    except Exception as fault:
        if os.environ.get("TVAERS_DEBUG"):
            raise
        return Result(file=item.name, verdict=Verdict.ERROR, standard="", reason=_told(fault))


def _judge(item: Item, options: Options) -> Result:
    raw = bytes_of(item, options.most_bytes)
    if len(raw) > options.most_bytes:
        text = f"the file is larger than {options.most_bytes} bytes; an envelope may hold 100 MB at most"
        return _refused(item, (_TOO_LARGE.at("", text),), UNKNOWN)
    wrapped, raw = unwrapped(raw)
    checked = check_bytes(raw, options.official())
    findings = checked.findings
    if (register := options.registered()) is not None and not checked.foreign:
        findings = findings + check_register(unwrap(raw), register)
    checked = msgspec.structs.replace(checked, findings=options.weigh(findings))
    verdict, reason = _verdict(checked, item.named)
    if verdict is Verdict.SKIPPED:
        return Result(file=item.name, verdict=verdict, standard="", reason=reason)
    found = Recognised(checked.standard, checked.version)
    layers = [found] if checked.content is None else [found, checked.content]
    return Result(
        file=item.name,
        verdict=verdict,
        standard=checked.standard,
        version=checked.version,
        layers=[Recognised("base64", ""), *layers] if wrapped else layers,
        reason=reason,
        findings=[] if reason else sorted(checked.findings, key=_weight),
    )


def _verdict(checked: Checked, named: bool) -> tuple[Verdict, str]:
    """What somebody named must be a message; what merely lies in a folder may be something else."""
    if checked.unchecked:
        return Verdict.NOT_EXERCISED, checked.unchecked
    if checked.foreign and not named:
        return Verdict.SKIPPED, f"no message: {checked.foreign}"
    if not is_valid(checked.findings):
        return Verdict.FAIL, ""
    if checked.partly:
        return Verdict.INCONCLUSIVE, ""
    disputed = any(finding.severity is Severity.DISPUTED for finding in checked.findings)
    return (Verdict.DISPUTED if disputed else Verdict.PASS), ""


_ORDER = list(Severity)


def _weight(finding: Finding) -> int:
    return _ORDER.index(finding.severity)


def bytes_of(item: Item, most: int) -> bytes:
    """The bytes, one more than allowed of what is too large, and only the start of what is no message."""
    if item.given is not None:
        return item.given
    if item.members:
        return archives.content(item.path, item.members)
    with Path(item.path).open("rb") as file:
        start = file.read(_START)
        return start if appearance(start).foreign else start + file.read(most + 1 - len(start))


_START = 65_536


def _refused(item: Item, findings: tuple[Finding, ...], standard: str) -> Result:
    return Result(file=item.name, verdict=Verdict.FAIL, standard=standard, findings=list(findings))


def _told(fault: Exception) -> str:
    """Where we failed, without the text of the error: it may quote the message."""
    trace, place = fault.__traceback__, ""
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"a fault of our own: {type(fault).__name__} in {place}; set TVAERS_DEBUG=1 to see more, and report it"


def unwrapped(raw: bytes) -> tuple[bool, bytes]:
    """Whether ``raw`` is the base64 of something that may be a message, and then that."""
    if not is_base64_of_message(raw[:100].lstrip(b"\xef\xbb\xbf \t\r\n")):
        return False, raw
    try:
        return True, decode_base64(raw.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        return False, raw
