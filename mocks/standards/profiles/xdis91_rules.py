"""What a table cannot say of a correspondence letter: identifiers, repetitions, time order, encodings."""

from __future__ import annotations

import re

from lxml import etree

from mocks.identifiers import check_cpr, check_gln, check_sor, check_ydernummer
from mocks.standards.findings import Finding
from mocks.standards.oioxml import has_escaped_markup, is_longer
from mocks.standards.profiles.xdis91 import BLOCK_LENGTH, NAMES, NAMESPACE, SOURCE, VERSION, walk
from mocks.standards.profiles.xml_types import DATE, TIME
from mocks.standards.safe_xml import Document, error, information, warning, wrong_root

_NS = f"{{{NAMESPACE}}}"
_INFORMATION, _TEXT = f"{_NS}ClinicalInformation", f"{_NS}Text01"
_MAIL = "Emessage/ClinicalEmail"
_CONVERTER = "MedCom's conversion between OIOXML and EDIFACT"


def check_document(document: Document) -> list[Finding]:
    """Everything that is wrong with a parsed letter."""
    root, out = document.root, list[Finding]()
    if root.tag != f"{_NS}Emessage":
        return [wrong_root(root, f"{VERSION}/namespace", "Emessage", NAMESPACE, SOURCE)]
    walk(root, "Emessage", out)
    check_encoding(document.encoding, out)
    mails = list(root.iterchildren(f"{_NS}ClinicalEmail"))
    if len(mails) > 1:
        out.append(
            warning(
                "oioxml-one-letter",
                "Emessage",
                f"the envelope holds {len(mails)} letters; the schema allows it, systems send and read one",
                SOURCE,
                "Send each letter in an envelope of its own.",
            )
        )
    for number, mail in enumerate(mails, start=1):
        _check_mail(root, mail, _MAIL if len(mails) == 1 else f"{_MAIL}[{number}]", out)
    if len(mails) > 1:
        identifiers = [mail.findtext(f"{_NS}Letter/{_NS}Identifier") for mail in mails]
        rule, where = "oioxml-duplicate-letter", f"{_MAIL}/Letter/Identifier"
        check_repeated(identifiers, rule, where, "letter identifier", SOURCE, out)
    return out


def check_encoding(encoding: str, out: list[Finding]) -> None:
    """OIOXML travels in ISO-8859-1. Official examples declare windows-1252, which receivers take too."""
    if encoding != "iso-8859-1":
        declared = f"{encoding} is declared" if encoding else "no encoding is declared, which means UTF-8"
        out.append(
            warning(
                "oioxml-encoding",
                "Emessage",
                f"{declared}; letters and receipts travel in ISO-8859-1",
                "Practice of OIOXML messages",
                'Start with <?xml version="1.0" encoding="ISO-8859-1"?> and write that encoding.',
            )
        )


def check_ean(value: str, path: str, out: list[Finding]) -> None:
    """A wrong check digit is a warning: official examples have such numbers, so receivers take them."""
    if value and (wrong := check_gln(value)):
        out.append(warning("gln-modulus-10", path, wrong, "GS1", "Use the lokationsnummer that SOR lists."))


def check_repeated(
    values: list[str | None], rule: str, path: str, what: str, source: str, out: list[Finding]
) -> None:
    """An error for each value that stands more than once."""
    given = [value for value in values if value]
    for twice in sorted({value for value in given if given.count(value) > 1}):
        out.append(
            error(
                rule,
                path,
                f"the {what} {twice[:40]!r} stands {given.count(twice)} times",
                source,
                "Give each its own, and send each once.",
            )
        )


def _check_mail(root: etree._Element, mail: etree._Element, path: str, out: list[Finding]) -> None:
    parts = NAMES.children(mail)
    letter = NAMES.children(parts["Letter"]) if "Letter" in parts else {}
    statistical = _value(letter, "StatisticalCode")
    if statistical and statistical != "XDIS91":
        out.append(
            warning(
                "xdis91-statistical-code",
                f"{path}/Letter/StatisticalCode",
                f"the statistical code is {statistical[:20]!r}; correspondence is counted as XDIS91",
                SOURCE,
                "Write XDIS91.",
            )
        )
    envelope = NAMES.children(root).get("Envelope")
    sent = _stamp(NAMES.children(envelope).get("Sent") if envelope is not None else None)
    authorised = _stamp(letter.get("Authorisation"))
    if sent and authorised and authorised > sent:
        out.append(
            warning(
                "xdis91-authorised-after-sent",
                f"{path}/Letter/Authorisation",
                f"the letter was authorised at {authorised}, after it was sent at {sent}",
                SOURCE,
                "Authorise, then send; check the clocks of both systems.",
            )
        )
    for side in ("Sender", "Receiver"):
        if (party := parts.get(side)) is not None:
            _check_party(party, f"{path}/{side}", out)
    if (patient := parts.get("Patient")) is not None and (
        cpr := _value(NAMES.children(patient), "CivilRegistrationNumber")
    ):
        _check_cpr(cpr, f"{path}/Patient/CivilRegistrationNumber", out)
    if "ClinicalInformation" in parts:
        texts = [text for node in mail.iterchildren(_INFORMATION) for text in node.iterchildren(_TEXT)]
        for number, node in enumerate(texts, start=1):
            _check_text(node, f"{path}/ClinicalInformation[{number}]/Text01", out)
    if "Reference" in parts:
        _check_objects(mail, path, out)


def _check_objects(mail: etree._Element, path: str, out: list[Finding]) -> None:
    """The identifiers by which a letter points at attachments that travel apart."""
    objects = [node.text for node in mail.iter(f"{_NS}ObjectIdentifier")]
    for value in objects:
        if value and not re.fullmatch(r"[0-9a-fA-F]{32}", value):
            out.append(
                warning(
                    "xdis91-object-identifier",
                    f"{path}/Reference/BIN/ObjectIdentifier",
                    f"{value[:40]!r} is not a UUID without dashes",
                    SOURCE,
                    "Write the 32 hexadecimal digits of the UUID of the attachment.",
                )
            )
    normal = [value.replace("-", "").upper() if value else None for value in objects]
    rule, where = "xdis91-duplicate-object", f"{path}/Reference/BIN/ObjectIdentifier"
    check_repeated(normal, rule, where, "attachment", SOURCE, out)


def _value(given: dict[str, etree._Element], name: str) -> str:
    """The text of a child; empty where there is none."""
    node = given.get(name)
    return "" if node is None else node.text or ""


def _stamp(node: etree._Element | None) -> str:
    """Date and time as text that sorts by time; empty where one is missing or wrong."""
    if node is None:
        return ""
    given = NAMES.children(node)
    day, time = _value(given, "Date").strip(), _value(given, "Time")
    return "" if DATE.test(day) or TIME.test(time) else f"{day} {time}"


def _check_party(party: etree._Element, path: str, out: list[Finding]) -> None:
    given = NAMES.children(party)
    check_ean(_value(given, "EANIdentifier"), f"{path}/EANIdentifier", out)
    value, code = _value(given, "Identifier"), _value(given, "IdentifierCode")
    if code == "lokationsnummer":
        check_ean(value, f"{path}/Identifier", out)
    elif code in ("sorkode", "ydernummer"):
        wrong = check_sor(value) if code == "sorkode" else check_ydernummer(value)
        if value and wrong:
            rule = "sor-verhoeff" if code == "sorkode" else "ydernummer"
            out.append(
                warning(rule, f"{path}/Identifier", wrong, "SOR", "Use the number that the register lists.")
            )
    elif code == "amt":
        out.append(
            information(
                "xdis91-amt",
                f"{path}/IdentifierCode",
                "the counties (amter) were dissolved in 2007; later schemas dropped the code",
                SOURCE,
                "Use sorkode, lokationsnummer or the like.",
            )
        )


def _check_cpr(cpr: str, path: str, out: list[Finding]) -> None:
    if cpr == "0000000000":  # the type's own value for a number that is required and not known
        out.append(
            warning("cpr-unknown", path, "the CPR number is the one for unknown persons", "CPR core schema")
        )
    elif len(cpr) == 10 and cpr.isascii() and cpr.isdigit() and (wrong := check_cpr(cpr)):
        out.append(
            error(
                "cpr-date",
                path,
                wrong,
                "CPR office: the number starts with the date of birth",
                "Correct the number, or send a replacement number as AlternativeIdentifier.",
            )
        )


def _check_text(node: etree._Element, path: str, out: list[Finding]) -> None:
    if has_escaped_markup(node):
        out.append(
            warning(
                "oioxml-escaped-markup",
                path,
                "markup stands in the text as characters (&lt;Break/&gt;), not as elements",
                SOURCE,
                "Write <Break/> as an element; do not escape it.",
            )
        )
    if length := is_longer(node, BLOCK_LENGTH):
        out.append(
            warning(
                "xdis91-block-length",
                path,
                f"the text has {length} characters; only {BLOCK_LENGTH} fit an EDIFACT segment group",
                _CONVERTER,
                "Divide it between several ClinicalInformation.",
            )
        )
