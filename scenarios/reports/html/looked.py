"""The section about look-ups: what each solution showed, beside what it should have shown."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from scenarios.reports.wording import number, span_text, state_text
from scenarios.result import RunResult


def section(result: RunResult) -> Markup:
    """The section, empty where nobody looked anything up."""
    return Markup(_template().render(result=result)) if result.lookup_truth else Markup("")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters.update(number=number, span=span_text, state=state_text)
    text = files("scenarios.reports.html").joinpath("looked.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
