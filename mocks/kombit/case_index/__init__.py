"""The case index (system ``sagsindeks``): which municipal cases exist about a child."""

from mocks.kombit.case_index.app import WHOLE_CASE, Filter, Found, Outcome, Sager, SagVis, Search, create_app
from mocks.kombit.case_index.index import OK
from mocks.kombit.case_index.sag import KLE_FAMILY, KLE_KINDS, KLE_PPR_ASSUMED, Sag, case_of
from mocks.kombit.case_index.settings import Settings

__all__ = [
    "KLE_FAMILY",
    "KLE_KINDS",
    "KLE_PPR_ASSUMED",
    "OK",
    "WHOLE_CASE",
    "Filter",
    "Found",
    "Outcome",
    "Sag",
    "SagVis",
    "Sager",
    "Search",
    "Settings",
    "case_of",
    "create_app",
]
