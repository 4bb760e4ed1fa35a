"""Every official FHIR example: the valid ones pass and their known oddities are named, the invalid ones fail.

What is odd about which example was found by reading them; the table is printed with the verdicts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from mocks.standards.findings import Finding, Severity
from mocks.standards.readings import CURRENT, profile, weigh
from mocks.standards.recognise import check_bytes
from tests.official import DATA as ROOT

EXAMPLES = ROOT / "medcom-fhir" / "examples"
FILES = sorted(path for path in EXAMPLES.rglob("*") if path.suffix in (".json", ".xml"))

pytestmark = [
    pytest.mark.official,
    pytest.mark.skipif(not FILES, reason=f"official examples are not at {EXAMPLES} (TVAERS_OFFICIAL_DATA)"),
]

#: What MedCom publishes in order to be refused, and the rule that refuses it. R-Tek-O-invalid is not among
#: them: its fault was taken out before it was published.
INVALID = {
    "carecommunication-5.0-testprotocol/*/Bundle-R-Tek-M-*": "tvaers-provenance-new-sources",
    "carecommunication-5.0-testprotocol/*/Bundle-R-Tek-N-*": "tvaers-provenance-new-sources",
}
#: Narratives that repeat the bytes of an attachment: those that a tool made, and nobody read.
BYTES = {"medcom-narrative-data"}
SOURCES, CLOCK, REVISION = "tvaers-provenance-sources", "tvaers-same-clock", "tvaers-acknowledgement-revision"
#: The agent of the acknowledging step is the receiver in all of them, and one moment has two zones.
ACK = {"tvaers-acknowledgement-agent", CLOCK}
#: Known oddities of examples that count as valid.
ODD: dict[str, set[str]] = {
    "carecommunication-[45].0.[23]/Bundle-b56549f7*": BYTES,
    "carecommunication-4.0.3/Bundle-3dcb5618*": {SOURCES},
    "carecommunication-4.0.3/Bundle-c0426e3e*": {*BYTES, SOURCES, "tvaers-gln-shared", "tvaers-endpoint"},
    "carecommunication-4.0.3/Bundle-d11968f5*": {SOURCES, "tvaers-gln-shared", "tvaers-segment-assigner"},
    "carecommunication-4.0.3/Bundle-gfd00bc2*": {*BYTES, SOURCES, "tvaers-episode-identifier"},
    "carecommunication-5.0.2/Bundle-c0426e3e*": {*BYTES, "tvaers-gln-shared", "tvaers-endpoint"},
    "carecommunication-5.0.2/Bundle-d11968f5*": {SOURCES, "tvaers-gln-shared", "tvaers-forward-attachment"},
    "carecommunication-5.0.2/Bundle-gfd00bc2*": {
        *BYTES,
        SOURCES,
        "tvaers-episode-identifier",
        "tvaers-thread-identifier",
    },
    "carecommunication-*/Bundle-k7bfbc0c*": {
        SOURCES,
        "tvaers-letter-reference",
        "tvaers-episode-identifier",
    },
    "*/receive/Bundle-R-A-new*": BYTES,
    "*/receive/Bundle-R-B-reply*": BYTES,
    "*/receive/Bundle-R-Tek-A-*": BYTES,
    "*/receive/Bundle-R-Tek-B-*": {"tvaers-endpoint"},
    "*/receive/Bundle-R-Tek-F-*": {*BYTES, "tvaers-endpoint"},
    "*/receive/Bundle-R-Tek-[MN]-*": {SOURCES, "tvaers-provenance-new-sources"},
    "*/send/Bundle-S-B-new*": BYTES,
    "*/send/Bundle-S-D-new*": BYTES,
    # the step's agent is the receiver, and the bundle is older than its newest segment
    "*/send/Bundle-S-E-forward*": {
        "tvaers-provenance-agent",
        "tvaers-segment-assigner",
        "tvaers-time-order",
    },
    "acknowledgement-2.0-testprotocol/Ack_3.3.[13].[13]_A-AA*": ACK,
    "acknowledgement-2.0-testprotocol/Ack_3.4.[12]_A*": ACK,
    "acknowledgement-2.0-testprotocol/Ack_3.3.3.4_A_AR*": {*ACK, REVISION, "tvaers-acknowledgement-reason"},
    "acknowledgement-2.0-testprotocol/Ack_*_A[ER].*": {*ACK, REVISION},
    "acknowledgement-2.0.3/Bundle-a8c041b8*": ACK,
    "acknowledgement-2.0.3/Bundle-bc9535ef*": {*ACK, REVISION},
    "acknowledgement-2.0.3/Bundle-c9c2b2f6*": {*ACK, REVISION},
    "acknowledgement-2.0.3/Bundle-eb26be85*": {
        "tvaers-empty-message",
        "tvaers-provenance-target",
        "tvaers-endpoint",
        CLOCK,
    },
}


def shown(path: Path) -> str:
    return path.relative_to(EXAMPLES).as_posix()


def known(path: Path) -> set[str]:
    return next((rules for pattern, rules in ODD.items() if fnmatchcase(shown(path), pattern)), set())


def refused_by(path: Path) -> str | None:
    return next((rule for pattern, rule in INVALID.items() if fnmatchcase(shown(path), pattern)), None)


def found_in(path: Path, reading: str = "current") -> list[Finding]:
    return weigh(check_bytes(path.read_bytes()).findings, profile(reading))


def word(findings: list[Finding]) -> str:
    severities = {finding.severity for finding in findings}
    if Severity.ERROR in severities:
        return "fail"
    return "disputed" if Severity.DISPUTED in severities else "pass"


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_an_example_has_its_known_oddities_and_no_others(path: Path) -> None:
    findings = found_in(path)
    assert {finding.rule for finding in findings} == known(path)
    errors = {finding.rule for finding in findings if finding.severity is Severity.ERROR}
    refused = refused_by(path)
    assert errors == ({refused} if refused else set())


def test_the_verdicts_on_all_examples_are_those_that_medcom_means(capsys: pytest.CaptureFixture[str]) -> None:
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    oddities: Counter[str] = Counter()
    wrong = []
    for path in FILES:
        findings = found_in(path)
        verdict = word(findings)
        verdicts[shown(path).partition("/")[0]][verdict] += 1
        oddities.update({finding.rule for finding in findings})
        if verdict != ("fail" if refused_by(path) else "pass"):
            wrong.append(f"{shown(path)}: {verdict}")
    with capsys.disabled():
        print(f"\n{'official examples':<40}{'files':>6}{'pass':>6}{'fail':>6}{'disputed':>9}")
        for folder, counts in sorted(verdicts.items()):
            row = "".join(
                f"{counts[each]:>{width}}" for each, width in (("pass", 6), ("fail", 6), ("disputed", 9))
            )
            print(f"{folder:<40}{counts.total():>6}{row}")
        print("refused: " + ", ".join(f"{pattern} by {rule}" for pattern, rule in INVALID.items()))
        print("named oddities: " + ", ".join(f"{rule} in {files}" for rule, files in oddities.most_common()))
    assert wrong == []


def test_every_oddity_that_is_listed_belongs_to_an_example() -> None:
    for pattern in (*ODD, *INVALID):
        assert any(fnmatchcase(shown(path), pattern) for path in FILES), pattern


def test_a_certifying_party_refuses_examples_for_their_oddities() -> None:
    (path,) = (path for path in FILES if "5.0.2/Bundle-k7bfbc0c" in shown(path) and path.suffix == ".json")
    assert word(found_in(path, "certification")) == "fail"
    assert word(weigh(check_bytes(path.read_bytes()).findings, CURRENT)) == "pass"
