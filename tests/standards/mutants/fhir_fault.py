"""How a fault in a FHIR message becomes a mutant."""

from __future__ import annotations

import orjson

from tests.standards.mutants.bases import bases
from tests.standards.mutants.fhir_edits import Edit, drop, edited, place
from tests.standards.mutants.mutant import Meant, Mutant

CC5 = "CareCommunication 5.0"
CC4 = "CareCommunication 4.0"
ACK = "Acknowledgement 2.0"


def fault(
    name: str,
    edit: Edit,
    at: str = "",
    *,
    base: str = "CC5 new",
    rule: str = "",
    says: str = "",
    lenient: bool = False,
) -> Mutant:
    """A mutant of a message in JSON; ``at`` is a path as in ``fhir_edits``, looked up in the base."""
    where = place(orjson.loads(bases()[base]), at) if at else ""
    return Mutant(name, standard(base), base, edited(edit), Meant(where, rule, says, lenient))


def missing(path: str, base: str = "CC5 new", *, name: str = "", rule: str = "", says: str = "") -> Mutant:
    """A required element is not there; the finding stands where it should be, or at its parent by name."""
    parent, _, element = path.rpartition(".")
    bare = element.partition("[")[0].partition(":")[0]
    said = says or rf"\b{bare}\b"
    return fault(name or f"{path} is missing", drop(path), parent, base=base, rule=rule, says=said)


def standard(base: str) -> str:
    """The standard of a base message."""
    return {"CC5": CC5, "CC4": CC4, "ACK": ACK}[base[:3]]
