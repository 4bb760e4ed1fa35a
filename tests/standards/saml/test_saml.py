"""Assertions, privileges, requests and answers are read as they were written, and refused for what they lack."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mocks.standards.saml import assertion as assertions
from mocks.standards.saml import privileges as bpp
from mocks.standards.saml import protocol
from mocks.standards.saml.assertion import Assertion, BadAssertion
from mocks.standards.saml.privileges import KLE, PrivilegeGroup
from mocks.standards.saml.protocol import LoginRequest
from tests.standards.dgws.records import MOMENTS, TEXTS


@st.composite
def assertion(draw: st.DrawFn) -> Assertion:
    start = draw(MOMENTS)
    return Assertion(
        id=draw(TEXTS),
        issuer=draw(TEXTS),
        subject=draw(TEXTS),
        audience=draw(TEXTS),
        issued=start,
        not_before=start,
        not_on_or_after=start + timedelta(hours=draw(st.integers(1, 24))),
        attributes=draw(st.dictionaries(TEXTS, TEXTS, max_size=4)),
        holder=draw(st.sampled_from(("", "AAAA"))),
    )


GROUPS = st.lists(
    st.builds(
        PrivilegeGroup,
        cvr=st.text("0123456789", min_size=8, max_size=8),
        privileges=st.lists(TEXTS, max_size=3).map(tuple),
        limits=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    ),
    max_size=3,
)


@given(assertion())
def test_an_assertion_is_read_as_it_was_written(made: Assertion) -> None:
    assert assertions.read(etree.fromstring(assertions.write(made))) == made
    assert made.holds(made.not_before) and not made.holds(made.not_on_or_after)


@given(GROUPS)
def test_privileges_are_read_as_they_were_written(groups: list[PrivilegeGroup]) -> None:
    assert bpp.read(bpp.write(groups)) == tuple(groups)


def test_a_limit_has_several_values_with_commas_between() -> None:
    group = PrivilegeGroup(cvr="1", privileges=(), limits=((KLE, "27.*, 17.01.00,"),))
    assert group.limit(KLE) == ("27.*", "17.01.00") and group.limit("other") == ()


@pytest.mark.parametrize(
    "value",
    ["%%", b64encode(b"<a/>").decode(), b64encode(b"<a>").decode(), "A" * 300_000,
     b64encode(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>').decode()],
)  # fmt: skip
def test_what_is_no_list_of_privileges_is_refused(value: str) -> None:
    with pytest.raises(BadAssertion, match="privileges"):
        bpp.read(value)
    with pytest.raises(BadAssertion):
        protocol.unwrap_bootstrap(value)


@given(made=assertion(), address=TEXTS)
def test_a_bootstrap_token_comes_out_of_its_envelope(made: Assertion, address: str) -> None:
    token = protocol.unwrap_bootstrap(protocol.wrap_bootstrap(assertions.write(made), address))
    assert assertions.read(etree.fromstring(token)) == made


@given(own=TEXTS, issuer=TEXTS, place=TEXTS, moment=MOMENTS)
def test_a_request_for_a_login_is_read_as_it_was_written(
    own: str, issuer: str, place: str, moment: datetime
) -> None:
    request = LoginRequest(id=own, issuer=issuer, destination=place, reply_to=place, issued=moment)
    assert protocol.read_request(etree.fromstring(protocol.write_request(request))) == request


@given(made=assertion(), asked=TEXTS)
def test_an_answer_to_a_login_is_a_success_or_says_why_not(made: Assertion, asked: str) -> None:
    data = protocol.write_answer("a", asked, "i", made.issued, assertions.write(made))
    answer = protocol.read_answer(etree.fromstring(data))
    assert (answer.in_response_to, answer.status, answer.message) == (asked, "", "")
    assert answer.assertion is not None
    assert assertions.read(etree.fromstring(protocol.bare(answer.assertion))) == made
    denied = protocol.read_answer(
        etree.fromstring(protocol.write_answer("a", asked, "i", made.issued, message="no role"))
    )
    assert (denied.status, denied.message, denied.assertion) == (protocol.DENIED, "no role", None)


AT = datetime(2025, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("was", "becomes", "says"),
    [
        (b"saml:Assertion", b"saml:Claim", "no saml:Assertion"),
        (b"saml:Conditions", b"saml:Terms", "Conditions"),
        (b"X509Certificate", b"X509Name", "certificate"),
        (b"cm:holder-of-key", b"cm:sender-vouches", "neither"),
        (b' ID="a"', b"", "ID"),
        (b"saml:Issuer", b"saml:Author", "Issuer"),
        (b"saml:NameID", b"saml:Name", "NameID"),
        (b'NotBefore="2025', b'NotBefore="soon', "NotBefore"),
        (b'Name="m"', b'Name="n"', "twice"),
    ],
)
def test_an_assertion_that_lacks_something_says_what(was: bytes, becomes: bytes, says: str) -> None:
    made = Assertion(
        id="a", issuer="i", subject="s", audience="t", issued=AT, not_before=AT, not_on_or_after=AT,
        attributes={"n": "v", "m": "w"}, holder="AAAA",
    )  # fmt: skip
    data = assertions.write(made)
    assert was in data
    with pytest.raises(BadAssertion, match=says):
        assertions.read(etree.fromstring(data.replace(was, becomes)))


@pytest.mark.parametrize(
    "data",
    [
        b"<a/>",
        b'<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol"/>',
        protocol.write_answer("a", "b", "i", AT).replace(
            b"</samlp:Response>",
            b'<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/></samlp:Response>',
        ),
        protocol.write_answer("a", "b", "i", AT, b"<other/>"),
    ],
)
def test_an_answer_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(BadAssertion):
        protocol.read_answer(etree.fromstring(data))
