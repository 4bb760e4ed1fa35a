"""``--with``: the recommendations of the evaluation by the names that people know them by."""

from __future__ import annotations

from mocks import recommendations
from mocks.errors import BadInput
from mocks.recommendations import Recommendations

#: Shorter words for some of them.
_ALSO = {"minimised-data": "minimised", "filing": "automatic-filing"}
#: Not a switch of the systems: it is the mode of the whole run.
REGISTERED = "registered-consent"


def recommended(text: str) -> Recommendations:
    """The recommendations named in ``text``, separated by commas; none for an empty text. Errors: ``BadInput``."""
    names = [_ALSO.get(name.strip(), name.strip()) for name in text.split(",") if name.strip()]
    try:
        return recommendations.recommended(name for name in names if name != REGISTERED)
    except BadInput as error:
        raise BadInput(f"--with: {error}, {REGISTERED}") from error


def registered(text: str) -> bool:
    """Whether consents are to be registered, as one of the recommendations or as all of them."""
    return not {REGISTERED, "all"}.isdisjoint(name.strip() for name in text.split(","))
