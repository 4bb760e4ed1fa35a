"""The narrative of a resource: its content for people, for when a system does not understand the rest.

MedCom asks for one in every resource but the bundle. It shows the resource's id, the ids it refers to
and each element that the profile marks; labels are Danish with the English name; attachments' data
never stands in it.
"""

from __future__ import annotations

import re
from typing import Any

#: Characters that XML cannot hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def escape(text: str) -> str:
    """Text as XHTML; line breaks stay visible."""
    if not text.isprintable():
        text = _UNPRINTABLE.sub("\ufffd", text)
        return _marked(text).replace("\n", "<br/>")
    return _marked(text)


def _marked(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def narrative(
    title: str, own_id: str, shown: list[tuple[str, str]], status: str = "generated"
) -> dict[str, Any]:
    """``text`` of a resource. Status ``extensions`` where part of the content comes from extensions."""
    lines = "".join([f"<p>{label}: {escape(value)}</p>" for label, value in shown])
    return {
        "status": status,
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{title}: {own_id}</p>{lines}</div>',
    }
