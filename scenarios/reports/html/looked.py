"""Sections about look-ups beside the truth, and about the troubles that letters and look-ups met."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from scenarios.reports.wording import number, span_text, state_text
from scenarios.result import RunResult


def section(result: RunResult) -> Markup:
    """The section, empty where nobody looked anything up."""
    return Markup(_template("looked.html.j2").render(result=result)) if result.lookup_truth else Markup("")


def troubles(result: RunResult) -> Markup:
    """The section about the pilot's own troubles, empty where none were injected."""
    told = [fault for fault in result.faults if fault.what]
    return Markup(_template("troubles.html.j2").render(troubles=told)) if told else Markup("")


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters.update(number=number, span=span_text, state=state_text)
    text = files("scenarios.reports.html").joinpath(name).read_text(encoding="utf-8")
    return environment.from_string(text)
