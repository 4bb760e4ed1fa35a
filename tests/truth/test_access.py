"""Who should have been let in: each setting, each state of a look-up, each way it may end."""

from __future__ import annotations

import pytest

from sim.truth import Access, Rules

ROWS = [
    # registered, consent, role, outcome -> access
    (False, True, True, "shown", Access.ALLOWED),
    (False, False, True, "empty", Access.ALLOWED),
    (False, True, False, "denied", Access.DENIED),
    (False, True, False, "shown", Access.ALLOWED_AGAINST),
    (False, False, True, "denied", Access.DENIED_AGAINST),
    (True, True, True, "shown", Access.ALLOWED),
    (True, True, True, "denied", Access.DENIED_AGAINST),
    (True, False, True, "denied", Access.DENIED),
    (True, False, True, "empty", Access.ALLOWED_AGAINST),
    (True, True, False, "denied", Access.DENIED),
    (True, True, True, "timeout", Access.UNANSWERED),
    (True, False, True, "error", Access.UNANSWERED),
]


@pytest.mark.parametrize(("registered", "consent", "role", "outcome", "access"), ROWS)
def test_a_look_up_is_judged_by_the_configured_rules(
    registered: bool, consent: bool, role: bool, outcome: str, access: Access
) -> None:
    assert Rules(registered=registered).judge(outcome, consent=consent, role=role) is access


def test_a_run_may_do_without_roles() -> None:
    assert Rules(role=False).judge("shown", consent=True, role=False) is Access.ALLOWED
