"""Any appointment document that DK-APD allows: hypothesis strategies that build our records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from mocks.identifiers import make_sor
from mocks.runtime import COPENHAGEN
from mocks.standards.appointment_document import (
    Address,
    AppointmentDocument,
    Episode,
    Kind,
    Organisation,
    Patient,
    PersonName,
    Reason,
    Telecom,
)
from mocks.standards.profiles import apd
from mocks.standards.profiles.xml_types import collapsed

#: White space around a text and in rows is not kept.
WORDS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=30,
    )
    .map(lambda text: collapsed(text.strip()))
    .filter(lambda text: bool(text) and text == text.strip())
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC).astimezone(COPENHAGEN)
)
SORS = st.integers(90_000_000, 99_999_999).map(make_sor)
USES = st.sampled_from(["", "H", "WP", "MC"])
TELECOMS = st.lists(st.builds(Telecom, st.from_regex("(tel|sms):[0-9]{8}", fullmatch=True), USES), max_size=3)


def some(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.just("") | strategy


@st.composite
def addresses(draw: st.DrawFn, use: str = "") -> Address:
    return Address(
        lines=tuple(draw(st.lists(WORDS, min_size=1, max_size=4))),
        post_code=draw(some(WORDS)),
        city=draw(some(WORDS)),
        country=draw(some(WORDS)),
        use=use or draw(USES),
    )


@st.composite
def names(draw: st.DrawFn) -> PersonName:
    given = tuple(draw(st.lists(WORDS, min_size=1, max_size=3)))
    return PersonName(family=draw(WORDS), given=given, prefix=draw(some(WORDS)))


@st.composite
def organisations(draw: st.DrawFn, *, person: bool = False, telecoms: int = 3) -> Organisation:
    return Organisation(
        sor=draw(SORS),
        name=draw(WORDS),
        address=draw(st.none() | addresses()),
        telecoms=tuple(draw(TELECOMS))[:telecoms],
        person=draw(st.none() | names()) if person else None,
    )


REASONS = st.builds(Reason, text=WORDS, code=st.just("") | st.from_regex("[0-9]{6,9}", fullmatch=True))
EPISODES = st.builds(
    Episode,
    code=st.sampled_from(sorted(apd.EPISODES)),
    name=some(WORDS),
    ids=st.lists(st.tuples(st.just(apd.CDA), WORDS), max_size=3).map(tuple),
)
PATIENTS = st.builds(
    Patient,
    cpr=st.sampled_from(["2512489996", "2509479989"]),
    name=names(),
    sex=st.sampled_from(apd.GENDERS),
    birth_date=st.none() | st.dates(date(1900, 1, 1), date(2090, 1, 1)),
    address=st.none() | addresses(use="H"),
    telecoms=TELECOMS.map(tuple),
    provider=st.none() | organisations(),
)


@st.composite
def documents(draw: st.DrawFn) -> AppointmentDocument:
    start = draw(MOMENTS)
    length = draw(st.none() | st.integers(0, 10_000))
    end = (
        None if length is None else (start.astimezone(UTC) + timedelta(minutes=length)).astimezone(COPENHAGEN)
    )
    return AppointmentDocument(
        id=draw(WORDS),
        made=draw(MOMENTS),
        patient=draw(PATIENTS),
        authored=draw(MOMENTS),
        responsible=draw(organisations(person=True)),
        custodian=draw(organisations(telecoms=1)),
        appointment=draw(WORDS),
        start=start,
        end=end,
        performer=draw(organisations(person=True)),
        kind=draw(st.sampled_from(Kind)),
        status=draw(st.sampled_from(apd.STATUSES)),
        requester=draw(st.none() | organisations(person=True)),
        place=draw(st.none() | organisations()),
        reason=draw(st.none() | REASONS),
        episode=draw(st.none() | EPISODES),
        indicative=draw(st.booleans()),
        series=draw(st.none() | WORDS),
    )
