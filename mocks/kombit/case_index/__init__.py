"""The case index (system ``sagsindeks``): which municipal cases exist about a child."""

from mocks.kombit.case_index.app import create_app
from mocks.kombit.case_index.cases import KLE_FAMILY, KLE_KINDS, KLE_PPR_ASSUMED, case_of
from mocks.kombit.case_index.client import CaseIndexClient, about
from mocks.kombit.case_index.restriction import Rights
from mocks.kombit.case_index.settings import KnownCases, Settings
from mocks.standards.sagdok.answers import OK

__all__ = [
    "KLE_FAMILY",
    "KLE_KINDS",
    "KLE_PPR_ASSUMED",
    "OK",
    "CaseIndexClient",
    "KnownCases",
    "Rights",
    "Settings",
    "about",
    "case_of",
    "create_app",
]
