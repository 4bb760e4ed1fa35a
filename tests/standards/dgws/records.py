"""Strategies for cards and headers: whatever XML can carry, and a service would take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from mocks.standards.dgws.header import Header
from mocks.standards.dgws.hsuid import Hsuid, UserType
from mocks.standards.dgws.id_card import FORMATS, CardType, CardUser, IdCard

#: Published test persons.
CPRS = st.sampled_from(("2512489996", "0201919990", "2906910651", "0408801111"))
TEXTS = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
MAYBE = st.one_of(st.just(""), TEXTS)
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)

USERS = st.builds(
    CardUser,
    cpr=CPRS,
    given=TEXTS,
    surname=TEXTS,
    email=MAYBE,
    role=TEXTS,
    occupation=MAYBE,
    authorisation=st.sampled_from(("", "SRTTQ")),
)


@st.composite
def cards(draw: st.DrawFn) -> IdCard:
    kind = draw(st.sampled_from(CardType))
    start = draw(MOMENTS)
    return IdCard(
        id=draw(TEXTS),
        type=kind,
        level=4 if kind is CardType.USER else 3,
        issuer="TVAERS-STS",
        not_before=start,
        not_on_or_after=start + timedelta(hours=draw(st.integers(1, 24))),
        system=draw(TEXTS),
        provider=draw(TEXTS),
        provider_format=draw(st.sampled_from(sorted(FORMATS))),
        provider_name=draw(MAYBE),
        name_id=draw(TEXTS),
        name_format=draw(st.sampled_from(sorted(FORMATS))),
        user=draw(USERS) if kind is CardType.USER else None,
        certificate_hash=draw(MAYBE),
        issued=start,
    )


HEADERS = st.builds(
    Header,
    message_id=TEXTS,
    flow_id=MAYBE,
    in_response_to=MAYBE,
    security_level=st.sampled_from(("", "1", "3", "4")),
    timeout=st.sampled_from(("", "5", "480", "unbound")),
    flow_status=st.sampled_from(("", "flow_running", "flow_finalized_succesfully")),
    priority=st.sampled_from(("", "RUTINE", "AKUT")),
    non_repudiation=st.sampled_from(("", "yes", "no")),
)
HSUIDS = st.builds(
    Hsuid,
    user_type=st.just(UserType.HEALTHCARE_PROFESSIONAL),
    citizen=CPRS,
    acting=CPRS,
    organisation=TEXTS,
    organisation_format=st.sampled_from(("nsi:sor", "nsi:skskode", "nsi:ynumber")),
    responsible=st.one_of(st.just(""), CPRS),
    authorisation=st.sampled_from(("", "SRTTQ")),
    override=st.booleans(),
    system_owner=TEXTS,
    system=TEXTS,
    system_version=TEXTS,
    organisation_responsible=TEXTS,
    relation=MAYBE,
    issuer=TEXTS,
    issued=MOMENTS,
)
