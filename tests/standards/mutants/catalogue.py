"""All mutants of all standards."""

from __future__ import annotations

from tests.standards.mutants.envelope_faults import envelope_mutants
from tests.standards.mutants.letter_faults import letter_mutants
from tests.standards.mutants.mutant import Mutant
from tests.standards.mutants.receipt_faults import receipt_mutants

MUTANTS: tuple[Mutant, ...] = (*envelope_mutants(), *letter_mutants(), *receipt_mutants())
