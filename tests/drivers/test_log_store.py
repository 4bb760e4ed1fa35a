"""The durable store: nothing that was put is lost, and damage is never overlooked."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest

from mocks.drivers.log_store import LogStore
from mocks.errors import BadInput, HarnessFault
from mocks.runtime import COPENHAGEN


class Letter(msgspec.Struct, frozen=True):
    text: str
    sent: datetime | None = None
    due: date | None = None
    body: bytes = b""


class Other(msgspec.Struct, frozen=True):
    number: int


SENT = datetime(2025, 3, 30, 3, 0, 0, 123000, tzinfo=COPENHAGEN)


def reopened(store: LogStore) -> LogStore:
    store.close()
    return LogStore(store.path)


def filled(path: Path) -> LogStore:
    store = LogStore(path)
    letters = store.collection("letters", Letter)
    letters.put("b", Letter("first"))
    letters.put("a", Letter("second", SENT, SENT.date(), b"\x00\xff"))
    letters.put("b", Letter("third"))
    letters.put("c", Letter("gone"))
    letters.drop("c")
    store.collection("others", Other).put("a", Other(7))
    return store


def test_records_come_back_in_their_order_and_exactly_as_they_were(tmp_path: Path) -> None:
    store = reopened(filled(tmp_path / "deep" / "vans.log"))
    letters = store.collection("letters", Letter)
    expected = {"b": Letter("third"), "a": Letter("second", SENT, SENT.date(), b"\x00\xff")}
    assert list(letters.items()) == list(expected.items())
    assert letters["a"].sent is not None and letters["a"].sent.isoformat() == SENT.isoformat()
    assert dict(store.collection("others", Other)) == {"a": Other(7)}
    store.close()


def test_a_collection_nobody_asked_for_survives_two_restarts(tmp_path: Path) -> None:
    store = reopened(reopened(filled(tmp_path / "s.log")))
    assert list(store) == ["letters", "others"]
    assert "a" in store.collection("others", Other)
    store.close()


def test_what_was_put_is_in_the_file_although_nobody_closed_it(tmp_path: Path) -> None:
    store = filled(tmp_path / "s.log")
    copy = tmp_path / "copy.log"
    copy.write_bytes(store.path.read_bytes())
    second = LogStore(copy)
    assert second.collection("letters", Letter)["b"].text == "third"
    second.close()
    store.close()


@pytest.mark.parametrize("cut", [1, 5, 9])
def test_a_last_frame_that_was_cut_off_is_thrown_away(tmp_path: Path, cut: int) -> None:
    store = filled(tmp_path / "s.log")
    store.collection("others", Other).put("torn", Other(8))
    store.close()
    os.truncate(store.path, store.path.stat().st_size - cut)
    store = LogStore(store.path)
    others = store.collection("others", Other)
    assert dict(others) == {"a": Other(7)}
    others.put("b", Other(9))
    store = reopened(store)
    assert dict(store.collection("others", Other)) == {"a": Other(7), "b": Other(9)}
    store.close()


def test_damage_before_the_last_frame_is_an_error(tmp_path: Path) -> None:
    store = filled(tmp_path / "s.log")
    store.close()
    data = bytearray(store.path.read_bytes())
    data[data.index(b"first")] ^= 1
    store.path.write_bytes(data)
    with pytest.raises(BadInput, match="is damaged at byte"):
        LogStore(store.path)


@pytest.mark.parametrize("content", [b"hello, I am a text file\n", b"hi"])
def test_a_file_that_is_no_log_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="is not a tvaers log"):
        LogStore(path)
    assert path.read_bytes() == content


def test_a_log_that_is_open_already_is_refused(tmp_path: Path) -> None:
    store = LogStore(tmp_path / "s.log")
    with pytest.raises(BadInput, match="in use by another process"):
        LogStore(store.path)
    store.close()


def test_records_of_another_form_are_refused(tmp_path: Path) -> None:
    store = reopened(filled(tmp_path / "s.log"))
    with pytest.raises(BadInput, match="no Other"):
        store.collection("letters", Other)
    store.close()


def test_a_log_that_is_mostly_dead_is_rewritten_and_keeps_what_is_alive(tmp_path: Path) -> None:
    store = filled(tmp_path / "s.log")
    letters = store.collection("letters", Letter)
    for number in range(300):
        letters.put("b", Letter(f"{number} " + "x" * 500))
    large = store.path.stat().st_size
    store = reopened(store)
    assert store.path.stat().st_size < large / 50
    letters = store.collection("letters", Letter)
    assert list(letters) == ["b", "a"]
    letters.put("d", Letter("after"))
    store = reopened(store)
    assert list(store.collection("letters", Letter)) == ["b", "a", "d"]
    assert store.collection("letters", Letter)["b"].text.startswith("299 ")
    assert store.generation == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.log"]
    store.close()


def test_a_store_that_was_closed_takes_nothing_more(tmp_path: Path) -> None:
    store = filled(tmp_path / "s.log")
    store.close()
    with pytest.raises(HarnessFault, match="was closed"):
        store.collection("others", Other).put("b", Other(1))
    assert "b" not in store.collection("others", Other)
