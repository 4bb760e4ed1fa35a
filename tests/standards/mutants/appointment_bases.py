"""Appointment documents that hold all and the least that DK-APD lets them hold. The patient is MedCom's test person."""

from __future__ import annotations

from datetime import date, datetime

from mocks.identifiers import make_sor
from mocks.runtime import COPENHAGEN
from mocks.standards import appointment_document
from mocks.standards.appointment_document import (
    Address,
    AppointmentDocument,
    Episode,
    Organisation,
    Patient,
    PersonName,
    Reason,
    Telecom,
)

STREET = Address(lines=("Prøvetorv 2", "Indgang <B>"), post_code="9000", city="Prøveby", country="Danmark")
PHONE = Telecom("tel:00000000", "WP")
CLINIC = Organisation(
    sor=make_sor(2), name="Lægerne på Torvet", address=STREET, telecoms=(PHONE, Telecom("mailto:a@b.example"))
)
BUP = Organisation(sor=make_sor(3), name="BUP Nord & Søn", address=STREET, telecoms=(PHONE,))
REGION = Organisation(sor=make_sor(4), name="Region Prøve", address=STREET, telecoms=(PHONE,))
FULL = AppointmentDocument(
    id="6f1f6f0a-5a0c-4c51-8d5c-2f9f4bb6a001",
    made=datetime(2025, 9, 1, 9, 11, 5, tzinfo=COPENHAGEN),
    patient=Patient(
        cpr="2512489996",
        name=PersonName(family="Berggren", given=("Nancy", "Ann")),
        sex="F",
        birth_date=date(1948, 12, 25),
        address=Address(lines=("Testpark Allé 48",), post_code="3400", city="Hillerød", use="H"),
        telecoms=(Telecom("tel:00000001", "H"), Telecom("mailto:nancy@b.example", "WP")),
        provider=CLINIC,
    ),
    authored=datetime(2025, 8, 29, 14, 0, tzinfo=COPENHAGEN),
    responsible=Organisation(
        sor=BUP.sor,
        name=BUP.name,
        address=STREET,
        telecoms=(PHONE,),
        person=PersonName(prefix="Læge", given=("Jens", "Bo"), family="Jensen"),
    ),
    requester=CLINIC,
    custodian=REGION,
    appointment="6f1f6f0a-5a0c-4c51-8d5c-2f9f4bb6a002",
    start=datetime(2025, 10, 26, 1, 30, tzinfo=COPENHAGEN),
    end=datetime(2025, 10, 26, 9, 0, tzinfo=COPENHAGEN),
    performer=BUP,
    place=Organisation(sor=BUP.sor, name="Ambulatoriet", address=STREET, telecoms=(PHONE,)),
    reason=Reason(text="Samtale", code="185353001"),
    episode=Episode(code="ALAL03", name="Psykiske lidelser", ids=(("1.2.208.184", "6f1f6f0a-a003"),)),
    indicative=True,
    series="6f1f6f0a-5a0c-4c51-8d5c-2f9f4bb6a004",
)
LEAN = AppointmentDocument(
    id="6f1f6f0a-5a0c-4c51-8d5c-2f9f4bb6b001",
    made=datetime(2025, 9, 1, 9, 11, tzinfo=COPENHAGEN),
    patient=Patient(
        cpr="2512489996",
        name=PersonName(family="Berggren", given=("Nancy",)),
        sex="F",
        birth_date=date(1948, 12, 25),
        provider=Organisation(sor=make_sor(2), name="Lægerne på Torvet"),
    ),
    authored=datetime(2025, 9, 1, 9, 11, tzinfo=COPENHAGEN),
    responsible=Organisation(sor=make_sor(3), name="BUP"),
    custodian=Organisation(sor=make_sor(4), name="Region Prøve"),
    appointment="6f1f6f0a-5a0c-4c51-8d5c-2f9f4bb6b002",
    start=datetime(2025, 12, 1, 10, 0, tzinfo=COPENHAGEN),
    performer=Organisation(sor=make_sor(3), name="BUP"),
)


def appointment_documents() -> dict[str, bytes]:
    """The bases by name."""
    return {"APD": appointment_document.write(FULL), "APD lean": appointment_document.write(LEAN)}
