"""Every single way to spoil an XML document a little: what no list of faults thinks of."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree


def spoilt(raw: bytes, below: str = "") -> Iterator[tuple[str, bytes]]:
    """Each element left out, doubled, renamed and emptied, each attribute changed and emptied, one at a time.

    ``below``: only in the first element of that name. Each comes with words that say what was done.
    """
    root = etree.fromstring(raw, etree.XMLParser(remove_comments=True, remove_pis=True))
    tree = root.getroottree()
    top = next(root.iter(f"{{*}}{below}")) if below else root
    for path in [tree.getpath(node) for node in top.iter() if node is not top]:
        name = etree.QName(_at(root, path)).localname
        for what in ("drop", "double", "rename", "empty"):
            copy = deepcopy(root)
            _change(_at(copy, path), what)
            yield f"{what} {path} ({name})", etree.tostring(copy)
        for key in _at(root, path).attrib:
            for value in ("x", ""):
                copy = deepcopy(root)
                _at(copy, path).set(key, value)
                yield f"{key!s}={value!r} {path} ({name})", etree.tostring(copy)


def _change(node: etree._Element, what: str) -> None:
    parent = node.getparent()
    assert parent is not None
    if what == "drop":
        parent.remove(node)
    elif what == "double":
        node.addnext(deepcopy(node))
    elif what == "rename":
        node.tag = f"{{{etree.QName(node).namespace}}}other"
    else:
        node.attrib.clear()
        node.text = None


def _at(root: etree._Element, path: str) -> etree._Element:
    found = root.xpath(path)
    assert isinstance(found, list)
    (node,) = found
    assert isinstance(node, etree._Element)
    return node
