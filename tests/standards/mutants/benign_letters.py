"""Changes of envelopes and letters that their schemas allow: they must not lead to a finding."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from lxml import etree

from tests.standards.mutants.xml_edits import Edit, attribute, both, drop, edited, find, inside, put, repeat

Change = Callable[[bytes], bytes]
_META = "Message/MetaInformation"


def _wrapped(root: etree._Element) -> None:
    data = find(root, "Message/Data")
    text = data.text or ""
    data.text = "\n" + "\n".join(text[i : i + 76] for i in range(0, len(text), 76)) + "\n"


def _upper(*paths: str) -> Edit:
    def edit(root: etree._Element) -> None:
        for path in paths:
            element = find(root, path)
            element.text = (element.text or "").upper()

    return edit


def _padded(*paths: str) -> Edit:
    def edit(root: etree._Element) -> None:
        for path in paths:
            element = find(root, path)
            element.text = f"\n  {element.text}  "

    return edit


def _sized(form: str) -> Edit:
    def edit(root: etree._Element) -> None:
        size = find(root, f"{_META}/Document/SizeInBytes")
        size.text = form.format(int(size.text or 0))

    return edit


def _five_tags(root: etree._Element) -> None:
    path = f"{_META}/Transport/ServiceTag"
    repeat(path, 5)(root)
    for n in range(1, 6):
        attribute(f"{path}[{n}]", "name", f"MCM:{n}")(root)


#: Of an envelope with a letter in it.
ENVELOPE: dict[str, Change] = {
    "its identifiers are in capitals": edited(_upper("EnvelopeIdentifier", f"{_META}/Identifier")),
    "its base64 stands in lines": edited(_wrapped),
    "its moment has no time zone": edited(put("SentDateTime", "2025-09-29T09:15:00")),
    "its moment is in Zulu time": edited(put("SentDateTime", "2025-09-29T07:15:00Z")),
    "its moment has fractions of a second": edited(put("SentDateTime", "2025-09-29T09:15:00.1234567+02:00")),
    "its size has noughts before it": edited(_sized("00{}")),
    "its size has a plus before it": edited(_sized("+{}")),
    "its numbers and codes have white space around them": edited(
        _padded(
            "SenderID", "ReceiverID", f"{_META}/Document/SizeInBytes", f"{_META}/Transport/TransformMessage"
        )
    ),
    "it is not to be changed, written as 0": edited(put(f"{_META}/Transport/TransformMessage", "0")),
    "it may be changed": edited(put(f"{_META}/Transport/TransformMessage", "true")),
    "nobody processed it": edited(drop(f"{_META}/Processing")),
    "it does not say how it travels": edited(drop(f"{_META}/Transport/Type")),
    "it says nothing of its transport": edited(drop(f"{_META}/Transport")),
    "its document has no version": edited(drop(f"{_META}/Document/Version")),
    "it travels unreliably, as letters may": edited(put(f"{_META}/Transport/Type", "unreliable")),
    "it has five service tags": edited(_five_tags),
    "a service tag of its own has 70 characters": edited(
        both(
            put(f"{_META}/Transport/ServiceTag", "m" * 70),
            attribute(f"{_META}/Transport/ServiceTag", "name", "n" * 70),
        )
    ),
}
#: Of receipts of envelopes, by base.
ENVELOPE_RECEIPTS: dict[str, dict[str, Change]] = {
    "VANS positive": {
        "its identifiers are in capitals": edited(
            _upper("EnvelopeIdentifier", "Receipt/PositiveMessage/OriginalEnvelopeIdentifier")
        ),
        "the original has no version": edited(
            drop("Receipt/PositiveMessage/OriginalMessage/Document/Version")
        ),
    },
    "VANS negative": {
        "the error has no code": edited(drop("Receipt/NegativeMessage/Error/Code")),
        "the error's code is large": edited(put("Receipt/NegativeMessage/Error/Code", "123456789")),
        "the error is described in 512 characters": edited(
            put("Receipt/NegativeMessage/Error/Description", "x" * 512)
        ),
    },
    "VANS undelivered": {
        "the error has no code": edited(drop("Receipt/NegativeVans/Error/Code")),
        "the network's name is short": edited(put("SenderID", "V")),
    },
}
L = "ClinicalEmail"
_CHOICES = (
    ("Envelope/AcknowledgementCode", "minuspositivkvitt"),
    (f"{L}/Letter/StatusCode", "rettetbrev"),
    (f"{L}/Sender/IdentifierCode", "sygehusafdelingsnummer"),
    (f"{L}/Sender/IdentifierCode", "kommunenummer"),
    (f"{L}/Sender/MedicalSpecialityCode", "psykiatri_praksis"),
    (f"{L}/Sender/MedicalSpecialityCode", "kirurgi_sygehus"),
    (f"{L}/Patient/EpisodeOfCareStatusCode", "inaktiv"),
    (f"{L}/Patient/EpisodeOfCareStatusCode", "indlagt"),
    (f"{L}/Patient/EpisodeOfCareStatusCode", "doed"),
    (f"{L}/Patient/EpisodeOfCareStatusCode", "ambulant_roentgen"),
    (f"{L}/AdditionalInformation/Priority", "rutine"),
    (f"{L}/AdditionalInformation/Subject", "T" * 70),
    (f"{L}/Letter/Identifier", "a"),
    (f"{L}/Letter/EpisodeOfCareIdentifier", "E" * 35),
    (f"{L}/Sender/OrganisationName", "P" * 35),
    (f"{L}/Patient/PersonSurnameName", "Æ" * 70),
    (f"{L}/Reference/RefDescription", "B" * 70),
    (f"{L}/Reference/BIN/ObjectExtensionCode", "inh"),
    (f"{L}/Reference/BIN/OriginalObjectSize", "029"),
    (f"{L}/Reference[2]/URL", "https://example.org/" + "v" * 330),
    ("Envelope/Sent/Time", "23:59"),
    (f"{L}/Letter/Authorisation/Time", "00:00"),
    ("Envelope/Sent/Date", "2025-09-30"),
)
_OPTIONAL = (
    f"{L}/Letter/EpisodeOfCareIdentifier",
    f"{L}/Sender/DepartmentName",
    f"{L}/Sender/StreetName",
    f"{L}/Sender/TelephoneSubscriberIdentifier",
    f"{L}/Sender/MedicalSpecialityCode",
    f"{L}/Receiver/OrganisationName",
    f"{L}/Receiver/PostCodeIdentifier",
    f"{L}/Patient/PersonGivenName",
    f"{L}/Patient/OccupancyText",
    f"{L}/AdditionalInformation",
    f"{L}/AdditionalInformation/Priority",
    f"{L}/AdditionalInformation/Subject",
    f"{L}/ClinicalInformation",
    f"{L}/Reference",
)


def _ten_blocks(root: etree._Element) -> None:
    block = find(root, f"{L}/ClinicalInformation")
    present = len(root.findall(f".//{{{etree.QName(block).namespace}}}ClinicalInformation"))
    for _ in range(10 - present):
        block.addnext(deepcopy(block))


_TEXT = f"{L}/ClinicalInformation/Text01"
#: Of a letter XDIS91.
LETTER: dict[str, Change] = {
    **{f"{path} holds {text[:30]}": edited(put(path, text)) for path, text in _CHOICES},
    **{f"it has no {path}": edited(drop(path)) for path in _OPTIONAL},
    "it has ten blocks of text": edited(_ten_blocks),
    "its text has every markup": edited(
        inside(
            _TEXT,
            "a<Space/>b<Break/><Right>r</Right><Center>c<Break/>d</Center><Bold>e<Space/></Bold><Italic>f</Italic><Underline>g</Underline>",
        )
    ),
    "its fixed font holds the other markup": edited(
        inside(_TEXT, "<FixedFont>a <Bold>b</Bold><Italic>i</Italic><Right>r</Right><Break/></FixedFont>")
    ),
    "its text is empty": edited(inside(_TEXT, "")),
    "its text speaks of markup": edited(put(_TEXT, "5 < 7 & 7 > 5")),
}
#: Of letter receipts, by base.
RECEIPTS: dict[str, dict[str, Change]] = {
    "XCTL01": {
        "it has no reason": edited(
            both(
                drop("NegativeVansReceipt/OriginalEmessage/RefuseCode"),
                drop("NegativeVansReceipt/OriginalEmessage/RefuseText"),
            )
        ),
        "no letter is named": edited(drop("NegativeVansReceipt/OriginalEmessage/OriginalLetter")),
        "its sender is a network": edited(put("NegativeVansReceipt/Sender/EANIdentifier", "DKKMDKMDNET")),
    },
    "XCTL02": {
        "the letter's version is that of EDIFACT": edited(
            put("NegativeReceipt/OriginalEmessage/OriginalLetter/OriginalVersionCode", "D9134L")
        ),
        "the letter was a referral in EDIFACT": edited(
            put("NegativeReceipt/OriginalEmessage/OriginalLetter/OriginalVersionCode", "H0130R")
        ),
        "the refusal has a break and a blank": edited(
            inside("NegativeReceipt/OriginalEmessage/OriginalLetter/RefuseText", "a<Break/>b<Space/>c")
        ),
        "the refusal has no text": edited(drop("NegativeReceipt/OriginalEmessage/OriginalLetter/RefuseText")),
        "its refusal is of an unknown kind": edited(
            put("NegativeReceipt/OriginalEmessage/OriginalLetter/RefuseCode", "ikke_specificeret")
        ),
    },
    "XCTL03": {"no letter is named": edited(drop("PositiveReceipt/OriginalEmessage/OriginalLetter"))},
}
