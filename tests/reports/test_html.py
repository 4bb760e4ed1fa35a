"""report.html is one page that needs no network, tells plainly, and gives nothing away."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec
import pytest
from lxml import html as lxml_html

from mocks.runtime import COPENHAGEN
from scenarios.reports import tables
from scenarios.reports.data import Lookup, ReportData
from scenarios.reports.html import lanes, page
from scenarios.reports.html.pictures import _spread
from scenarios.reports.wording import headline, masked, span_text
from sim.journal import Journal


@pytest.fixture
def text(told: Any, make_result: Any, data: ReportData) -> str:
    result = tables.complete(make_result(told.journal), told.journal, data)
    return page.render(result, told.journal, data)


def test_nothing_is_loaded_from_elsewhere(text: str) -> None:
    root = lxml_html.fromstring(text)
    for element in root.iter():
        for name in ("src", "srcset", "data", "action", "poster"):
            assert element.get(name) is None
        link = element.get("href")
        assert link is None or link.startswith("#")
    assert not list(root.iter("script", "link", "iframe", "object", "img"))
    assert not re.search(r"url\(\s*['\"]?(?!#)|@import|https?://", text)


def test_text_of_others_is_shown_and_never_run(text: str) -> None:
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "Ida $x$ &lt;i&gt;Prøve" in text
    assert "Clinic &lt;3&gt;" in text


def test_no_cpr_number_stands_in_the_page(text: str) -> None:
    assert "2512489996" not in text and "251248-9996" not in text
    assert "251248-****" in text


def test_the_page_says_its_verdict_first_and_the_links_in_it_lead_somewhere(text: str) -> None:
    root = lxml_html.fromstring(text)
    (headline,) = root.iter("h1")
    assert headline.text_content().startswith("fail 1 of 7 expectations did not hold: Figure A6")
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    for link in root.iter("a"):
        assert link.get("href", "")[1:] in ids


def test_identifiers_are_unique_over_all_pictures(text: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for used in re.findall(r'(?:href="#|url\(#)([^")]+)', text):
        assert used in ids


def test_every_picture_has_a_name_and_its_numbers(text: str) -> None:
    root = lxml_html.fromstring(text)
    charts = root.find_class("chart")
    assert len(charts) == 6
    assert all(chart.get("aria-label") for chart in root.iter("svg"))
    for chart in charts:
        figure = next(chart.iterancestors("figure"))
        assert figure.find(".//table") is not None


def test_pictures_use_the_colours_of_the_page(text: str) -> None:
    assert "#1010" not in text
    assert "var(--c1)" in text


def test_the_story_tells_of_resends_and_lookups(text: str) -> None:
    for words in (
        "Tuesday 8 April 2025",
        "sends the letter again",
        "is denied the aftaleoverblik",
        "Digital Post",
    ):
        assert words in text


def test_journeys_are_drawn_plain_saved_and_through_a_vendor(text: str) -> None:
    for title in ("A letter as it should go", "saved by sending it again", "through the vendor"):
        assert title in text
    assert "5790009000174" in text


def test_lines_between_lanes_are_messages_and_nothing_else(told: Any, data: ReportData) -> None:
    plain, saved = lanes.examples(told.journal.journeys(), data)
    hops = [(a.text, b.text) for a, b in plain.hops]
    assert hops == [
        ("sent", "taken by VANS"),
        ("passed on", "delivered"),
        ("acknowledges", "acknowledgement taken by VANS"),
        ("acknowledgement taken by VANS", "acknowledgement delivered"),
    ]
    assert ("acknowledgement is back", "read") not in hops, "that somebody reads it comes from nobody else"
    assert ("no answer: sent again", "taken by VANS") in [(a.text, b.text) for a, b in saved.hops]
    assert ("lost on the way (injected)", "no answer: sent again") not in [
        (a.text, b.text) for a, b in saved.hops
    ]


def test_a_reply_is_drawn_with_its_letter(script: Any, make_result: Any) -> None:
    script.send("letter")
    script.show("letter")
    script.acknowledge("letter", "r1")
    script.wait(days=2)
    script.send("answer", reply_to="letter")
    script.show("answer")
    script.acknowledge("answer", "r2")
    text = page.render(make_result(script.journal), script.journal, ReportData())
    assert "A letter and its reply" in text and "reply written" in text


def test_letters_that_need_attention_are_listed_with_the_party(text: str) -> None:
    assert "Letters that need attention" in text
    assert "nobody receives there" in text


def test_assumptions_of_all_volumes_and_their_conclusions_are_told(text: str) -> None:
    assert "Which conclusions hold for all three volumes" in text
    assert "1 more assumption, the same for all volumes" in text
    assert "not shown" in text


def test_what_was_not_chosen_is_no_row_of_the_run(told: Any, make_result: Any) -> None:
    result = msgspec.structs.replace(make_result(told.journal), parameters={"volume": "base", "external": []})
    text = page.render(result, told.journal, ReportData())
    assert "<dt>volume</dt>" in text and "<dt>external</dt>" not in text


def test_an_empty_run_makes_a_page_that_says_so(make_result: Any) -> None:
    journal = Journal()
    text = page.render(make_result(journal), journal, ReportData())
    assert "there is nothing to draw" in text
    assert "there is no journey to draw" in text


def test_masking_leaves_other_numbers_alone() -> None:
    assert masked("251248-9996, 2512489996.") == "251248-****, 251248-****."
    kept = "5790009000017 9999999999 cfd6d492-94b8-41d7 12.5124899961"
    assert masked(kept) == kept


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "at once"),
        (0.4, "under 1 s"),
        (40, "40 s"),
        (1800, "30 min"),
        (3 * 3600, "3 h"),
        (86400 * 3, "3 days"),
    ],
)
def test_spans_of_time_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert span_text(seconds) == words


def test_labels_at_the_ends_of_lines_keep_their_distance() -> None:
    assert _spread([5, 5, 0, 20], 2) == [5, 7, 0, 20]


def test_headlines_follow_the_numbers_and_claim_nothing_else(told: Any, make_result: Any) -> None:
    result = msgspec.structs.replace(make_result(told.journal), verdict="pass")
    assert headline(result).startswith(
        "5 messages sent, none lost, none shown twice, every look-up in the log."
    )
    worse = msgspec.structs.replace(result.counts, lost=2, lookups_logged=1)
    text = headline(msgspec.structs.replace(result, counts=worse))
    assert text == "5 messages sent, 2 lost, none shown twice, 1 of 2 look-ups in the log."


def test_where_the_register_decides_no_lookup_is_said_to_be_let_in_without_a_consent(
    told: Any, make_result: Any
) -> None:
    when = datetime(2025, 4, 8, 9, 0, tzinfo=COPENHAGEN)
    refused = Lookup(when, "aftaleoverblik", "Thisted", "denied", consent=False)
    result = make_result(told.journal)
    registered = msgspec.structs.replace(result, parameters={"consent": "registered"})
    text = page.render(registered, told.journal, ReportData(lookups=(refused,)))
    assert "0 were let in without a valid consent" in text
    assert "a look-up without a valid consent is denied" in text and "no machine checked it" not in text
    assert "no machine checked it" in page.render(result, told.journal, ReportData(lookups=(refused,)))
