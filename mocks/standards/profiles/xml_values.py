"""The texts at several places below an element, fetched in one call.

A check needs a dozen values of a letter. Going there element by element costs more than all other checks
together; libxml2 fetches them in one expression.
"""

from __future__ import annotations

from typing import cast

from lxml import etree

#: Stands between the values: a character of the private use area, which no letter should hold.
_BETWEEN = "\ue000"


class Values:
    """Call it with an element: the text at each path (``Letter/VersionCode``), empty where there is none.

    All steps of a path are elements of ``namespace``, or ``..``. Of several elements at one path the first
    counts; text with markup comes without the markup.
    """

    __slots__ = ("_all", "_each", "_paths")

    def __init__(self, namespace: str, *paths: str) -> None:
        steps = ["/".join(s if s == ".." else f"t:{s}" for s in path.split("/")) for path in paths]
        between = f", '{_BETWEEN}', "
        self._paths = paths
        self._all = _compiled(f"concat({between.join(steps)}, '')", namespace)
        self._each = [_compiled(f"string({step})", namespace) for step in steps]

    def __call__(self, node: etree._Element) -> dict[str, str]:
        values = cast(str, self._all(node)).split(_BETWEEN)
        if len(values) != len(self._paths):  # a value holds that very character
            values = [cast(str, each(node)) for each in self._each]
        return dict(zip(self._paths, values, strict=True))


def _compiled(expression: str, namespace: str) -> etree.XPath:
    return etree.XPath(expression, namespaces={"t": namespace}, smart_strings=False)
