"""Documents with an element taken out, doubled, moved, renamed or filled wrongly: never an error of ours."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import Any

import pytest
from lxml import etree

from mocks.errors import BadInput
from mocks.kombit.case_index.client import about
from mocks.kombit.case_index.index import CaseIndex
from mocks.kombit.case_index.searching import find
from mocks.runtime import COPENHAGEN, MemoryStore
from mocks.standards import event_message
from mocks.standards.distribution.names import V2
from mocks.standards.distribution.read import read_anmodning, read_kvittering
from mocks.standards.distribution.records import ForretningsKode, ForretningsKvittering
from mocks.standards.distribution.write import write_anvender_kvittering, write_modtag
from mocks.standards.sagdok.answers import Found, StandardRetur
from mocks.standards.sagdok.case import Update
from mocks.standards.sagdok.read import read_import, read_update
from mocks.standards.sagdok.read_search import read_fjern, read_found, read_fremsoeg
from mocks.standards.sagdok.search import Fjern
from mocks.standards.sagdok.write import write_import, write_update
from mocks.standards.sagdok.write_search import write_fjern, write_found, write_fremsoeg
from tests.contract.test_case_events import OWNER
from tests.contract.test_distribution import CONTEXT, request
from tests.standards.sagdok.cases import CHILD, MORE, RELATIONS, UUID, WHOLE, sag

NOW = datetime(2025, 5, 1, tzinfo=COPENHAGEN)
FULL = sag(relationer=(*RELATIONS, *MORE))
CHANGE = Update(
    uuid=UUID, tidspunkt=NOW, egenskaber=WHOLE.egenskaber, fremdrift=WHOLE.fremdrift, relationer=RELATIONS
)
WRONG = (
    "",
    " ",
    "x" * 300,
    "-1",
    "2025-02-30T00:00:00",
    "\u00e6\u00f8\u00e5",
    "urn:",
    "' or 1=1",
    "9" * 40,
    CHILD,
)


def index_takes(root: Any) -> None:
    index = CaseIndex(MemoryStore(), (), NOW)
    for row in read_import(root):
        assert CHILD not in index.take(row, NOW).text


def index_updates(root: Any) -> None:
    index = CaseIndex(MemoryStore(), (), NOW)
    index.take(FULL, NOW)
    for row in read_update(root):
        assert CHILD not in index.update(row, NOW).text


def index_finds(root: Any) -> None:
    index = CaseIndex(MemoryStore(), (), NOW)
    index.take(FULL, NOW)
    find(index, read_fremsoeg(root), NOW, (), 500)


DOCUMENTS: dict[str, tuple[bytes, Callable[[Any], object]]] = {
    "importer": (write_import([FULL]), index_takes),
    "opdater": (write_update([CHANGE]), index_updates),
    "fremsoeg": (write_fremsoeg(about(CHILD)), index_finds),
    "fjern": (write_fjern(Fjern(sag_uuid=(UUID,), udtryk=about(CHILD).udtryk)), read_fjern),
    "found": (write_found(Found(retur=StandardRetur(), antal=1, sager=(FULL,))), read_found),
    "modtag": (write_modtag(request()), lambda root: read_anmodning(root, V2)),
    "kvittering": (
        write_anvender_kvittering(ForretningsKvittering(ForretningsKode.AFVIST), CONTEXT),
        lambda root: read_kvittering(root, V2),
    ),
    "event": (
        event_message.write(event_message.EventMessage(id=UUID, type=UUID, authority=OWNER, made=NOW)),
        lambda root: event_message.read(etree.tostring(root)),
    ),
}  # fmt: skip


def disturbed(data: bytes, random: Random) -> Iterator[Any]:
    """Each element once taken out, doubled, moved, renamed, emptied, or filled with something wrong."""
    size = sum(1 for _ in etree.fromstring(data).iter())
    for at in range(1, size):
        for how in range(6):
            root = copy.deepcopy(etree.fromstring(data))
            element = list(root.iter())[at]
            parent = element.getparent()
            assert parent is not None
            match how:
                case 0:
                    parent.remove(element)
                case 1:
                    parent.append(copy.deepcopy(element))
                case 2:
                    parent.remove(element)
                    root.insert(0, element)
                case 3:
                    element.tag = "{urn:x}y"
                case 4:
                    for child in list(element):
                        element.remove(child)
                    element.text = None
                case _:
                    element.text = random.choice(WRONG)
            yield root


@pytest.mark.parametrize("name", DOCUMENTS)
def test_whatever_is_disturbed_is_read_or_refused_in_words(name: str) -> None:
    data, read = DOCUMENTS[name]
    refused = total = 0
    for root in disturbed(data, Random(name)):
        total += 1
        try:
            read(root)
        except BadInput as error:
            refused += 1
            assert CHILD not in str(error)
    assert total > 50
    assert name in ("importer", "opdater") or refused > 10
