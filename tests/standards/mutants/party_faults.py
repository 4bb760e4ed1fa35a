"""Single faults in the parties of a CareCommunication 5.0: patient, organisations, people, encounter; and
in the narrative."""

from __future__ import annotations

from collections.abc import Iterator

from tests.standards.mutants.fhir_edits import Tree, append, both, drop, get, put, repeat, resource
from tests.standards.mutants.fhir_fault import fault, missing
from tests.standards.mutants.mutant import Mutant

_O, _R, _E = "Organization", "PractitionerRole", "Encounter"
_CPR = "urn:oid:1.2.208.176.1.2"
_DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


def party_mutants() -> Iterator[Mutant]:
    """All mutants of the parties."""
    yield from _patient()
    yield from _organisations()
    yield from _people()
    yield from _encounter()
    yield from _narratives()


def _patient() -> Iterator[Mutant]:
    cpr, number = "Patient.identifier[0]", "Patient.identifier[0].value"
    yield missing("Patient.identifier")
    yield missing("Patient.name")
    yield missing("Patient.name[0].family", says="family|name")
    for wrong, value in (
        ("a day that does not exist", "3102479989"),
        ("the thirteenth month", "2513479989"),
        ("the 31st of a month of 30 days", "3104479989"),
        ("a hyphen", "250947-9989"),
        ("eleven digits", "25094799891"),
        ("nine digits", "250947998"),
        ("a letter", "25094799A9"),
    ):
        yield fault(f"the CPR number has {wrong}", put(number, value), cpr, rule="cpr|.*-cpr.*")
    yield fault("the CPR number is called temporary", put(f"{cpr}.use", "temp"), cpr)
    yield fault("the CPR number has no value", drop(number), cpr, says="value")
    yield fault(
        "the patient has two CPR numbers",
        append("Patient.identifier", {"system": _CPR, "value": "0101010101"}),
        "Patient.identifier",
    )
    for wrong, value in (
        ("is a CPR number", "0703921234"),
        ("has small letters", "0703921vj4"),
        ("has a day that does not exist", "3202921VJ4"),
        ("is of another series", "0703925VJ4"),
        ("has a digit too many", "0703921VJ41"),
    ):
        yield fault(
            f"the national replacement number {wrong}",
            put("Patient.identifier[1].value", value),
            "Patient.identifier[1]",
            rule="x-ecpr|.*-x-ecpr.*",
            base="CC5 numbers",
        )
    for wrong, value in (
        ("is of another series", "1206557VK9"),
        ("has a month that does not exist", "1213550VK9"),
        ("lacks its last digit", "1206550VK"),
        ("has its letters in the wrong place", "12065500VK"),
    ):
        yield fault(
            f"the regional replacement number {wrong}",
            put("Patient.identifier[2].value", value),
            "Patient.identifier[2]",
            rule="d-ecpr|.*-d-ecpr.*",
            base="CC5 numbers",
        )
    yield fault(
        "a replacement number is called official",
        put("Patient.identifier[1].use", "official"),
        "Patient.identifier[1]",
        base="CC5 numbers",
    )
    yield fault(
        "the patient's name is not called official", put("Patient.name[0].use", "usual"), "Patient.name"
    )
    yield fault("the patient has two official names", repeat("Patient.name[0]"), "Patient.name")
    yield fault(
        "the patient's family name is empty", put("Patient.name[0].family", ""), "Patient.name[0].family"
    )
    yield fault(
        "the patient's given name is no list", put("Patient.name[0].given", "Bruno"), "Patient.name[0].given"
    )
    yield fault("the patient's sex is in Danish", put("Patient.gender", "mand"), "Patient.gender")
    yield fault(
        "the patient was born on a day that does not exist",
        put("Patient.birthDate", "2017-02-29"),
        "Patient.birthDate",
    )
    yield fault(
        "the patient was born at a time of day",
        put("Patient.birthDate", "2017-02-28T10:00:00Z"),
        "Patient.birthDate",
    )
    yield fault("deceased is a word", put("Patient.deceasedBoolean", "true"), "Patient.deceasedBoolean")
    yield fault(
        "the patient is deceased in two ways",
        both(put("Patient.deceasedBoolean", True), put("Patient.deceasedDateTime", "2025-09-01")),
        "Patient",
        says="deceased",
    )
    yield fault(
        "the patient's marital status is a code that HL7 warns of",
        put(
            "Patient.maritalStatus",
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "P"}]},
        ),
        "Patient",
        rule="marital-status-unknown-usage|.*marital.*",
        lenient=True,
    )
    yield fault(
        "the patient's phone is of an unknown kind",
        put("Patient.telecom", [{"system": "mobile", "value": "12345678"}]),
        "Patient.telecom[0]",
    )
    yield fault(
        "the patient's unit is not in the bundle",
        put("Patient.managingOrganization", {"reference": "Organization/none"}),
        "Patient.managingOrganization",
    )


def _organisations() -> Iterator[Mutant]:
    sor, gln = f"{_O}.identifier[0]", f"{_O}.identifier[1]"
    yield missing(f"{_O}.identifier")
    yield fault("an organisation has no SOR id", drop(sor), f"{_O}", says="SOR|identifier")
    yield fault("an organisation has no GLN", drop(gln), f"{_O}", says="EAN|GLN|identifier")
    yield fault("an organisation has two SOR ids", repeat(sor), f"{_O}.identifier")
    yield fault(
        "an organisation has two GLNs",
        append(f"{_O}.identifier", {"system": "https://www.gs1.org/gln", "value": "5790009000037"}),
        f"{_O}.identifier",
    )
    for wrong, value in (
        ("ten digits", "9000000110"),
        ("a letter", "90000001A000016006"),
        ("a hyphen", "9000000-11000016006"),
    ):
        yield fault(f"a SOR id has {wrong}", put(f"{sor}.value", value), sor, rule=".*sor.*")
    yield fault(
        "a SOR id has the system of another register",
        put(f"{sor}.system", "urn:oid:1.2.208.176.1.4"),
        f"{_O}",
        says="SOR|identifier",
    )
    yield fault("a SOR id has no system", drop(f"{sor}.system"), f"{_O}", says="SOR|identifier")
    yield fault("a SOR id has no value", drop(f"{sor}.value"), sor, says="value")
    yield fault("a SOR id is called secondary", put(f"{sor}.use", "secondary"), sor)
    for wrong, value, rule in (
        ("twelve digits", "579000900001", "gln-.*"),
        ("fourteen digits", "57900090000131", "gln-.*"),
        ("a letter", "579000900001X", "gln-.*"),
        ("a wrong check digit", "5790009000014", "gln-modulus-10"),
        ("two digits changed about", "5790009000103", "gln-modulus-10"),
    ):
        yield fault(f"a GLN has {wrong}", put(f"{gln}.value", value), gln, rule=rule)
    yield fault(
        "a GLN has the system that older guides used",
        put(f"{gln}.system", "urn:oid:1.3.88"),
        f"{_O}",
        says="EAN|GLN|identifier",
    )
    yield fault(
        "a CVR number has seven digits",
        append(f"{_O}.identifier", {"system": "http://cvr.dk", "value": "1234567"}),
        f"{_O}",
        rule=".*cvr.*",
    )
    yield fault(
        "a CVR number fails its modulus",
        append(f"{_O}.identifier", {"system": "http://cvr.dk", "value": "12345678"}),
        f"{_O}",
        rule=".*cvr.*",
    )
    yield fault(
        "an organisation of KOMBIT has no UUID",
        append(f"{_O}.identifier", {"system": "https://kombit.dk/sts/organisation", "value": "851"}),
        f"{_O}",
        rule=".*kombit.*|.*uuid.*",
    )
    yield fault("an organisation's name is a list", put(f"{_O}.name", ["PPR"]), f"{_O}.name")
    yield fault(
        "two organisations share one GLN and differ in SOR", _shared_gln, says="GLN|gln", lenient=True
    )


def _shared_gln(tree: Tree) -> None:
    put(f"{_O}#1.identifier[1].value", get(tree, f"{_O}#0.identifier[1].value"))(tree)


def _people() -> Iterator[Mutant]:
    simple = "CC5 simple"
    yield fault(
        "the only practitioner has no name",
        drop("Practitioner.name"),
        base=simple,
        rule="medcom-careCommunication-[48]",
    )
    yield fault("the author's practitioner has no name", _author_unnamed, rule="medcom-careCommunication-8")
    yield fault(
        "no role has a practitioner",
        drop(f"{_R}.practitioner"),
        base=simple,
        rule="medcom-careCommunication-13",
    )
    yield fault(
        "a role's practitioner leads to no entry",
        put(f"{_R}.practitioner.reference", "Practitioner/none"),
        base=simple,
        rule="medcom-careCommunication-8|fhir-reference",
    )
    yield fault(
        "a role has neither code nor text", drop(f"{_R}.code"), base=simple, rule="medcom-careCommunication-7"
    )
    yield fault(
        "a role has code and text",
        put(f"{_R}.code[0].text", "Psykolog"),
        base=simple,
        rule="medcom-careCommunication-7",
    )
    yield fault(
        "a role's text is joined by a code",
        put(f"{_R}.code[0].coding", [{"system": "urn:x", "code": "a"}]),
        base="CC5 role text",
        rule="medcom-careCommunication-7",
    )
    yield fault(
        "a role's organisation leads to no entry",
        put(f"{_R}.organization.reference", "Organization/none"),
        f"{_R}.organization",
        base=simple,
        rule="fhir-reference",
    )
    yield fault("a role's practitioner is the patient", _role_of_patient, f"{_R}.practitioner", base=simple)
    yield fault(
        "a name's use is not a code", put("Practitioner.name[0].use", "main"), "Practitioner.name[0].use"
    )
    yield fault("a team has no name", drop("CareTeam.name"), "CareTeam", says="name")
    yield fault(
        "a team's organisation leads to no entry",
        put("CareTeam.managingOrganization[0].reference", "Organization/none"),
        "CareTeam.managingOrganization[0]",
    )


def _author_unnamed(tree: Tree) -> None:
    """The role of the text's author; the recipient's practitioner keeps a name."""
    payload = get(tree, "Communication.payload[0]")
    wanted = next(e["valueReference"]["reference"] for e in payload["extension"] if "valueReference" in e)
    for path in (f"{_R}#0", f"{_R}#1"):
        role = resource(tree, path)
        if wanted.endswith(role["id"]):
            practitioner = role["practitioner"]["reference"]
            found = next(e["resource"] for e in tree["entry"] if e["fullUrl"].endswith(practitioner))
            del found["name"]


def _role_of_patient(tree: Tree) -> None:
    put(f"{_R}.practitioner.reference", f"Patient/{resource(tree, 'Patient')['id']}")(tree)


def _encounter() -> Iterator[Mutant]:
    episode = f"{_E}.episodeOfCare[0]"
    yield missing(f"{_E}.status")
    yield missing(f"{_E}.class")
    yield missing(f"{_E}.subject")
    yield fault("an encounter's status is in Danish", put(f"{_E}.status", "afsluttet"), f"{_E}.status")
    yield fault("an encounter's class is not in the list", put(f"{_E}.class.code", "SCHOOL"), f"{_E}.class")
    yield fault(
        "an encounter's class has another system",
        put(f"{_E}.class.system", "http://terminology.hl7.org/CodeSystem/v3-ActMood"),
        f"{_E}.class",
    )
    yield fault(
        "an encounter is of another patient",
        put(f"{_E}.subject.reference", "Patient/none"),
        f"{_E}.subject",
        rule="fhir-reference",
    )
    yield fault(
        "an encounter has an account",
        put(f"{_E}.account", [{"reference": "Account/1"}]),
        f"{_E}",
        says="account",
    )
    yield fault(
        "an encounter belongs to no episode", drop(f"{_E}.episodeOfCare"), rule="medcom-careCommunication-9"
    )
    yield fault("an episode is given by a reference", _episodes_referenced, rule="medcom-careCommunication-9")
    for wrong, value in (
        ("is a UUID of version 4", "urn:uuid:fc60e762-b13b-4773-865e-67f3907bdcc7"),
        ("has no prefix", "fc60e762-b13b-5773-865e-67f3907bdcc7"),
        ("has an impossible variant", "urn:uuid:fc60e762-b13b-5773-165e-67f3907bdcc7"),
        ("is not a UUID", "urn:uuid:12345"),
    ):
        yield fault(
            f"an episode of LPR3 {wrong}",
            put(f"{episode}.identifier.value", value),
            f"{_E}.episodeOfCare",
            rule="uuidv5|.*uuid.*",
        )
    yield fault(
        "an episode of LPR3 has no value",
        drop(f"{episode}.identifier.value"),
        f"{_E}.episodeOfCare",
        says="value",
    )
    yield fault("there are two episodes of LPR3", repeat(episode), f"{_E}.episodeOfCare")
    yield fault(
        "an encounter's provider leads to no entry",
        put(f"{_E}.serviceProvider", {"reference": "Organization/none"}),
        f"{_E}.serviceProvider",
    )


def _episodes_referenced(tree: Tree) -> None:
    put(f"{_E}.episodeOfCare", [{"reference": "EpisodeOfCare/1"}])(tree)


def _narratives() -> Iterator[Mutant]:
    text = "Patient.text"
    yield fault("a narrative says that it is empty", put(f"{text}.status", "empty"), text, lenient=True)
    yield fault("a narrative's status is not a code", put(f"{text}.status", "extension"), text)
    yield fault("a narrative has no status", drop(f"{text}.status"), text, says="status")
    yield fault("a narrative has no text", drop(f"{text}.div"), text, says="div")
    yield fault("a patient has no narrative", drop(text), "Patient", says="text|narrative", lenient=True)
    yield fault(
        "the communication has no narrative",
        drop("Communication.text"),
        "Communication",
        says="text|narrative",
        lenient=True,
    )
    for wrong, div, rule in (
        ("runs a script", _DIV.format("<script>alert(1)</script>"), "txt-1|.*"),
        ("listens to a click", _DIV.format('<p onclick="a()">Bruno</p>'), "txt-1|.*"),
        ("holds a form", _DIV.format("<form><p>Bruno</p></form>"), "txt-1|.*"),
        ("holds a frame", _DIV.format('<iframe src="https://example.org"></iframe>'), "txt-1|.*"),
        ("is empty", _DIV.format(""), "txt-2|.*"),
        ("holds only blanks", _DIV.format(" <p> </p> "), "txt-2|.*"),
        ("has no namespace", "<div><p>Bruno</p></div>", ".*"),
        ("is a paragraph", '<p xmlns="http://www.w3.org/1999/xhtml">Bruno</p>', ".*"),
        ("is not closed", '<div xmlns="http://www.w3.org/1999/xhtml"><p>Bruno</div>', ".*"),
        ("is plain text", "Bruno Test Elmer", ".*"),
    ):
        yield fault(f"a narrative {wrong}", put(f"{text}.div", div), text, rule=rule)
    yield fault(
        "a narrative holds the bytes of the attachment", _base64_narrative, "Communication.text", lenient=True
    )
    yield fault("a narrative stands in a list", put(text, [{"status": "generated"}]), text)
    yield fault(
        "a patient has an element that FHIR does not know",
        put("Patient.hometown", "Prøveby"),
        "Patient.hometown",
        lenient=True,
    )


def _base64_narrative(tree: Tree) -> None:
    data = get(tree, "Communication.payload[1].contentAttachment.data")
    put("Communication.text.div", _DIV.format(f"<p>{data * 20}</p>"))(tree)
