"""The receipts CTL01-03: the same record as XCTL01-03, and every fault found."""

# ruff: noqa: E501 - a row of a table of broken messages stays one row

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mocks.errors import BadInput, Malformed
from mocks.runtime import COPENHAGEN
from mocks.standards import receipts
from mocks.standards.edifact import ctl
from mocks.standards.edifact.check import check
from mocks.standards.edifact.codes import REFUSE_CODES
from mocks.standards.findings import Finding, is_valid
from mocks.standards.profiles.xctl import REFUSE_CODES as REFUSE_WORDS
from mocks.standards.receipts import LetterReceipt, LetterReceiptKind, OriginalLetter
from tests.official import VANS as OFFICIAL
from tests.official import needs_official

POSITIVE = LetterReceipt(
    kind=LetterReceiptKind.POSITIVE,
    envelope_id="ENVCTL030000",
    sent=datetime(2026, 3, 2, 9, 20, tzinfo=COPENHAGEN),
    letter_id="BRVCTL030000",
    sender_gln="5790009990024",
    receiver_gln="5790009990017",
    original_envelope_id="ENV00000000002",
    original_sender_gln="5790009990017",
    original_receiver_gln="5790009990024",
    letters=(OriginalLetter("BRV00000000002", "D9134L"),),
)
NEGATIVE = replace(
    POSITIVE,
    kind=LetterReceiptKind.NEGATIVE,
    letters=(
        OriginalLetter(
            "BRV00000000002", "D9134L", "problem_med_version", "Kan ikke læses.\nRing nu: 1 + 1\n"
        ),
        OriginalLetter("BRV00000000003", "H0130R"),
    ),
)
UNDELIVERED = replace(
    POSITIVE,
    kind=LetterReceiptKind.NEGATIVE_VANS,
    sender_gln="DKTESTVANS",
    refuse_code="ukendt_lokationsnummer",
    refuse_text="Modtageren kendes ikke\n",
    letters=(),
)
ALL = [POSITIVE, NEGATIVE, UNDELIVERED, replace(UNDELIVERED, refuse_text=None)]
RAW = {"CTL01": ctl.write(UNDELIVERED), "CTL02": ctl.write(NEGATIVE), "CTL03": ctl.write(POSITIVE)}


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


@pytest.mark.parametrize("receipt", ALL)
def test_a_receipt_is_read_back_as_it_was_written(receipt: LetterReceipt) -> None:
    raw = ctl.write(receipt)
    assert ctl.read(raw) == receipt
    assert ctl.write(ctl.read(raw)) == raw
    assert check(raw) == []


@needs_official
@pytest.mark.official
@pytest.mark.parametrize("name", ["CTL01_1", "CTL02_1", "CTL03_1"])
def test_official_pairs_are_one_receipt_in_edifact_and_in_oioxml(name: str) -> None:
    edifact = (OFFICIAL / f"samples/edifact/{name}.edi").read_bytes()
    receipt = ctl.read(edifact)
    assert receipt == receipts.read((OFFICIAL / f"samples/oioxml/{name}.xml").read_bytes())
    # Only the line breaks between the segments differ.
    assert ctl.write(receipt).replace(b"\r\n", b"\n") == edifact.rstrip() + b"\n"
    assert check(edifact) == []


@needs_official
@pytest.mark.official
def test_composed_receipts_pass_and_come_back() -> None:
    samples = sorted((OFFICIAL / "composed").glob("ctl0*.edi"))
    assert len(samples) == 3
    for sample in samples:
        raw = sample.read_bytes()
        assert check(raw) == [], sample.name
        assert ctl.write(ctl.read(raw)) == raw, sample.name


LINES = st.text(
    st.characters(codec="latin-1", exclude_categories=("Cc",), exclude_characters="Ã"), max_size=60
)
REFUSALS = st.tuples(
    st.sampled_from(REFUSE_WORDS),
    st.none() | st.lists(LINES, min_size=1, max_size=2).map("\n".join),
)
NEGATIVES = st.builds(
    lambda refusal, letters, when: replace(
        NEGATIVE,
        sent=when,
        refuse_code=refusal[0],
        refuse_text=refusal[1],
        letters=tuple(
            OriginalLetter(f"B{n}", version, *reason) for n, (version, reason) in enumerate(letters)
        ),
    ),
    REFUSALS,
    st.lists(
        st.tuples(
            st.sampled_from(["XD9134L", "D9134L", "XH0130R", "B0131X"]), REFUSALS | st.just((None, None))
        ),
        max_size=4,
    ),
    st.datetimes(datetime(1980, 1, 1), datetime(2079, 12, 31)),
)


@given(NEGATIVES)
@settings(max_examples=80, deadline=None)
def test_any_receipt_comes_back_as_edifact_can_carry_it(receipt: LetterReceipt) -> None:
    raw = ctl.write(receipt)
    assert ctl.read(raw) == ctl.carried(receipt)
    assert is_valid(check(raw))


def test_refuse_codes_are_those_of_oioxml() -> None:
    assert set(REFUSE_CODES) == set(REFUSE_WORDS)


@pytest.mark.parametrize(
    ("receipt", "why"),
    [
        (replace(POSITIVE, refuse_code="syntaksfejl"), "drop it"),
        (replace(NEGATIVE, letters=()), "needs a refuse code"),
        (replace(UNDELIVERED, refuse_code="andet"), "andet"),
        (replace(UNDELIVERED, refuse_text="x\n" * 6), "5 lines"),
        (replace(POSITIVE, letters=(OriginalLetter("B", "5.0"),)), "5.0"),
        (replace(POSITIVE, letters=(OriginalLetter("B", "D9134L"),) * 100), "99 letters"),
        (replace(POSITIVE, original_envelope_id="E" * 15), "15 characters"),
        (
            replace(NEGATIVE, letters=(OriginalLetter("B", "D9134L", None, "x"), *NEGATIVE.letters)),
            "ikke_specificeret",
        ),
    ],
)
def test_what_no_receipt_may_have_is_refused_with_the_way_out(receipt: LetterReceipt, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        ctl.write(receipt)


@pytest.mark.parametrize(
    ("kind", "old", "new", "rule"),
    [
        ("CTL03", b"C0330Q", b"C0230Q", "CTL03/head/UNH/version"),
        ("CTL03", b"93A:ZZ", b"93A:UN", "CTL03/head/UNH/agency"),
        ("CTL03", b"+7'\r\nUCM", b"+4'\r\nUCM", "CTL03/UCI/UCI/action"),
        ("CTL03", b"D9134L+7'", b"D9134L+4'", "CTL03/UCM/UCM/action"),
        ("CTL03", b"UCI+ENV00000000002", b"UCI+", "CTL03/UCI/UCI/reference"),
        ("CTL03", b"UCI+ENV00000000002+5790009990017:14", b"UCI+ENV00000000002+5790009990017:9", "CTL03/UCI/UCI/qualifier"),
        ("CTL03", b"UCI+ENV00000000002+5790009990017", b"UCI+ENV00000000002+5790009990018", "gln-modulus-10"),
        ("CTL03", b"UCI+", b"UCX+", "CTL03/UCI"),
        ("CTL03", b"MEDDIS:D:93A:UN:D9134L", b"MEDDIS:D:93A:UN", "CTL03/UCM/UCM/version"),
        ("CTL03", b"UCM+BRV00000000002", b"UCM+BRV0000000000200", "CTL03/UCM/UCM/reference"),
        ("CTL03", b"MEDDIS:D", b"CONTRL:D", "edifact-receipt-for-receipt"),
        ("CTL03", b"+ENVCTL030000'\r\nUNH", b"+ENVCTL030000++++1'\r\nUNH", "edifact-receipt-asks"),
        ("CTL03", b"UNT+", b"FTX+NC+P00++x'\r\nUNT+", "CTL03/UCM/unknown-segment"),
        ("CTL03", b"UNT+4", b"UCM+BRV00000000002+MEDDIS:D:93A:UN:D9134L+7'\r\nUNT+5", "edifact-receipt-letter"),
        ("CTL03", b"5790009990024:14+5790009990017:14+26", b"5790009990017:14+5790009990024:14+26", "edifact-receipt-direction"),
        ("CTL02", b"FTX+VER", b"FTX+XXX", "CTL02/UCM/FTX/qualifier"),
        ("CTL02", b"+P00++Kan", b"+P0++Kan", "CTL02/UCM/FTX/style"),
        ("CTL02", b"FTX+VER+P00++Kan ikke l\xe6ses.:Ring nu?: 1 ?+ 1'\r\n", b"", "edifact-refuse-code"),
        ("CTL01", b"FTX+LOK", b"FTX+", "CTL01/UCI/FTX/qualifier"),
        ("CTL01", b"UNT+", b"UCM+BRV+MEDDIS:D:93A:UN:D9134L+4'\r\n" * 100 + b"UNT+", "CTL01/UCM"),
    ],
)  # fmt: skip
def test_each_rule_broken_once_is_found(kind: str, old: bytes, new: bytes, rule: str) -> None:
    assert old in RAW[kind], old
    found = check(RAW[kind].replace(old, new, 1))
    assert rule in rules(found), rules(found)
    assert all("byte" in f.path and f.message and f.source for f in found if f.rule != "edifact-more")


def test_a_letter_is_no_receipt() -> None:
    with pytest.raises(Malformed, match="edifact-type"):
        ctl.read(RAW["CTL03"].replace(b"+CTL03'", b"+DIS91'"))
    with pytest.raises(Malformed, match="CTL03/UCI/UCI/reference"):
        ctl.read(RAW["CTL03"].replace(b"UCI+ENV00000000002", b"UCI+"))
