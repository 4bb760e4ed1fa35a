"""fhirpathpy as the second opinion: it runs what our own closures do not know.

It is given what it lacks (resolve, hasValue, conformsTo, memberOf, htmlChecks), and is not asked where it
is known to answer wrongly: expressions that depend on the clock, and comparisons of several values.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from mocks.standards.packages.fhirpath import Env
from mocks.standards.packages.fhirpath_values import CannotRun, DataFault
from mocks.standards.packages.narrative_html import not_allowed

_CLOCK = re.compile(r"\b(now|today|timeOfDay)\s*\(")


@cache
def _parsed(expression: str) -> Any:
    from fhirpathpy.parser import parse

    try:
        return parse(expression)  # type: ignore[no-untyped-call]
    except Exception as error:  # the parser raises whatever its generated code does
        raise CannotRun(f"fhirpathpy cannot parse it: {error}") from None


def holds(expression: str, env: Env) -> bool:
    """Whether an invariant holds for ``env.element``. Errors: ``CannotRun`` with the library's reason."""
    if _CLOCK.search(expression):
        raise CannotRun("it depends on the moment of checking")
    found = evaluate(expression, env)
    if len(found) > 1:
        raise CannotRun("fhirpathpy gives several values")
    return found == [True] or (len(found) == 1 and type(found[0]) is not bool)


def evaluate(expression: str, env: Env) -> list[Any]:
    """What fhirpathpy makes of an expression. Errors: ``CannotRun`` for whatever it raises."""
    from fhirpathpy import apply_parsed_path
    from fhirpathpy.models import models

    parsed = _parsed(expression)
    variables = {"resource": env.resource, "rootResource": env.root, "context": env.element}
    options = {"userInvocationTable": _functions(env), "traceFn": lambda label, items: None}
    try:
        found = apply_parsed_path(  # type: ignore[no-untyped-call]
            env.element, parsed, variables, models["r4"], options
        )
    except (CannotRun, DataFault):
        raise
    except RecursionError:
        raise CannotRun("fhirpathpy goes too deep") from None
    except Exception as error:  # it raises plain exceptions for all that it does not know
        raise CannotRun(f"fhirpathpy: {error}"[:200]) from None
    return found if isinstance(found, list) else [found]


def _functions(env: Env) -> dict[str, dict[str, Any]]:
    context = env.context

    def resolve(inputs: list[Any]) -> list[Any]:
        found = []
        for one in inputs:
            target = one.get("reference") if isinstance(one, dict) else one
            if type(target) is str and (resource := context.reach(target, env.resource)) is not None:
                found.append(resource)
        return found

    def has_value(inputs: list[Any]) -> list[bool]:
        return [len(inputs) == 1 and not isinstance(inputs[0], dict | list) and inputs[0] is not None]

    def conforms_to(inputs: list[Any], canonical: str) -> list[bool]:
        return [context.conforms(one, canonical) for one in inputs[:1]]

    def member_of(inputs: list[Any], canonical: str) -> list[bool]:
        return [context.is_member(one, canonical) for one in inputs[:1]]

    def html_checks(inputs: list[Any]) -> list[bool]:
        return [not any(not_allowed(one) for one in inputs if type(one) is str)]

    return {
        "resolve": {"fn": resolve, "arity": {0: []}},
        "hasValue": {"fn": has_value, "arity": {0: []}},
        "conformsTo": {"fn": conforms_to, "arity": {1: ["String"]}},
        "memberOf": {"fn": member_of, "arity": {1: ["String"]}},
        "htmlChecks": {"fn": html_checks, "arity": {0: []}},
    }
