"""HTML pages out of templates that lie beside the code of their system.

Every page is complete in itself: the style sheet is inside it, and it loads nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from mocks.limits import Refused

#: The most fields and characters that a form of ours can have.
_MOST_FIELDS = 40


def page(template: str, status: int = 200, *, posts_to: Sequence[str] = (), **values: Any) -> HTMLResponse:
    """Render ``package:file.html``. Templates extend ``mocks.screens:base.html``.

    Pages show a citizen: they are not to be stored on the way, nor named to the next site; they load nothing,
    run nothing and stand in no frame. ``posts_to``: base URLs of other systems that a form here leads to.
    """
    allowed = " ".join(("'self'", *posts_to))
    html = _templates().get_template(template).render(values)
    headers = {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "content-security-policy": (
            f"default-src 'none'; style-src {_style_digest()}; form-action {allowed}; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
    }
    return HTMLResponse(html, status, headers=headers)


@cache
def _style_digest() -> str:
    """The style sheet as a content security policy allows it: exactly these bytes and no other."""
    digest = hashlib.sha256(_source("mocks.screens:style.css").encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a URL-encoded form. Errors: ``Refused``."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(415, "this page takes a form", "Content-Type", "send application/x-www-form-urlencoded")
    try:
        text = (await request.body()).decode("utf-8")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"))
    except ValueError:
        raise Refused(400, "the form cannot be read", "body", "send a UTF-8 form of few fields") from None


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FunctionLoader(_source), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    made.globals["style"] = Markup(_source("mocks.screens:style.css"))
    return made


def _source(name: str) -> str:
    package, _, file = name.partition(":")
    return files(package).joinpath(file).read_text(encoding="utf-8")
