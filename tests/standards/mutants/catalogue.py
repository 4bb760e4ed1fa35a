"""All mutants of all standards."""

from __future__ import annotations

from tests.standards.mutants.acknowledgement_faults import acknowledgement_mutants
from tests.standards.mutants.appointment_faults import appointment_mutants
from tests.standards.mutants.attachment_faults import attachment_mutants
from tests.standards.mutants.binary_faults import binary_mutants
from tests.standards.mutants.communication_faults import communication_mutants
from tests.standards.mutants.correspondence4_faults import correspondence4_mutants
from tests.standards.mutants.edifact_faults import edifact_mutants
from tests.standards.mutants.envelope_faults import envelope_mutants
from tests.standards.mutants.form_faults import form_mutants
from tests.standards.mutants.header_faults import bundle_mutants, header_mutants
from tests.standards.mutants.history_faults import history_mutants
from tests.standards.mutants.label_faults import label_mutants
from tests.standards.mutants.letter_faults import letter_mutants
from tests.standards.mutants.mutant import Mutant
from tests.standards.mutants.party_faults import party_mutants
from tests.standards.mutants.plain_fhir_faults import plain_fhir_mutants
from tests.standards.mutants.receipt_faults import receipt_mutants
from tests.standards.mutants.referral_faults import referral_mutants

MUTANTS: tuple[Mutant, ...] = (
    *envelope_mutants(),
    *label_mutants(),
    *letter_mutants(),
    *receipt_mutants(),
    *binary_mutants(),
    *referral_mutants(),
    *edifact_mutants(),
    *bundle_mutants(),
    *header_mutants(),
    *communication_mutants(),
    *attachment_mutants(),
    *history_mutants(),
    *party_mutants(),
    *form_mutants(),
    *plain_fhir_mutants(),
    *correspondence4_mutants(),
    *acknowledgement_mutants(),
    *appointment_mutants(),
)
