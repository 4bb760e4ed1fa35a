"""What every page has to keep: readable with a keyboard and a screen reader, and nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise
from urllib.parse import urlsplit

from tests.screens.browse import Page, words


def problems(page: Page) -> list[str]:
    """What is wrong with a page; empty for a good one."""
    return [*_structure(page), *_forms(page), *_tables(page), *_nothing_from_outside(page), *_headers(page)]


def _structure(page: Page) -> list[str]:
    tree, found = page.tree, []
    if tree.get("lang") != "da":
        found.append("the page does not say that it is Danish")
    if not words(tree.find(".//title")):
        found.append("no title")
    if not tree.xpath("//meta[@name='viewport']"):
        found.append("no viewport: small screens cannot read it")
    levels = [int(node.tag[1]) for node in tree.xpath("//h1|//h2|//h3|//h4")]
    if levels.count(1) != 1:
        found.append(f"{levels.count(1)} main headings")
    for before, after in pairwise(levels):
        if after > before + 1:
            found.append(f"a heading of level {after} comes after one of level {before}")
    if levels and levels[0] != 1:
        found.append("the first heading is not the main one")
    for landmark in ("header", "main", "footer"):
        if len(tree.xpath(f"//{landmark}")) != 1:
            found.append(f"not one {landmark}")
    ids = [node.get("id") for node in tree.xpath("//*[@id]")]
    found += [f"id {name!r} twice" for name in set(ids) if ids.count(name) > 1]
    for link in tree.xpath("//a"):
        target = link.get("href", "")
        if not (words(link) or link.get("aria-label")):
            found.append(f"a link to {target!r} without words")
        if target.startswith("#") and target[1:] not in ids:
            found.append(f"a link leads nowhere: {target}")
    if not tree.xpath("//a[@class='skip']"):
        found.append("no way past the head of the page")
    navigations = tree.xpath("//nav")
    found += ["a navigation without a name" for nav in navigations if not nav.get("aria-label")]
    return found


def _forms(page: Page) -> list[str]:
    found = []
    for field in page.tree.xpath("//input[not(@type='hidden')]|//select|//textarea"):
        labelled = field.xpath("ancestor::label") or page.tree.xpath(f"//label[@for='{field.get('id')}']")
        if not (labelled and words(labelled[0])):
            found.append(f"field {field.get('name')!r} has no label")
    for button in page.tree.xpath("//button"):
        if not (words(button) or button.get("aria-label")):
            found.append("a button without words")
        if not button.xpath("ancestor::form"):
            found.append(f"button {words(button)!r} does nothing without a script")
    for form in page.tree.xpath("//form"):
        if not form.xpath(".//button"):
            found.append(f"the form to {form.get('action')!r} has no button")
        if form.get("method", "get").lower() != "post" and form.xpath(".//*[@name='cpr']"):
            found.append("a CPR number would get into an address")
    return found


def _tables(page: Page) -> list[str]:
    found = []
    for table in page.tree.xpath("//table"):
        if not table.xpath("./caption"):
            found.append("a table without a caption")
        if any(head.get("scope") not in ("col", "row") for head in table.xpath(".//th")):
            found.append("a table head without a scope")
        if not table.xpath(".//thead//th"):
            found.append("a table without heads")
        widths = {len(row.xpath("./th|./td")) for row in table.xpath(".//tr")}
        if len(widths) != 1:
            found.append(f"rows of {sorted(widths)} cells in one table")
    return found


def _nothing_from_outside(page: Page) -> list[str]:
    tree, found = page.tree, []
    for name in ("script", "link", "img", "iframe", "object", "embed", "video", "audio", "base"):
        if tree.xpath(f"//{name}"):
            found.append(f"<{name}> on the page")
    for node in tree.xpath("//*"):
        for attribute in node.attrib:
            if attribute.startswith("on") or attribute in ("style", "src", "srcset", "background"):
                found.append(f"<{node.tag} {attribute}> on the page")
    if re.search(r"url\(|@import", "".join(tree.xpath("//style/text()"))):
        found.append("the style sheet loads something")
    return found


def _headers(page: Page) -> list[str]:
    policy = page.headers.get("content-security-policy", "")
    said = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.split()}
    style = "".join(page.tree.xpath("//style/text()"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    found = []
    for name, value in {
        "default-src": ["'none'"],
        "style-src": [f"'sha256-{digest}'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }.items():
        if said.get(name) != value:
            found.append(f"{name} is {said.get(name)}")
    if "script-src" in said or "unsafe" in policy or "*" in policy:
        found.append("the policy lets something in")
    for form in page.tree.xpath("//form"):
        target = urlsplit(form.get("action", ""))
        if target.netloc and f"{target.scheme}://{target.netloc}" not in said.get("form-action", ()):
            found.append(f"the policy stops the form to {target.netloc}")
    for header, value in {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }.items():
        if page.headers.get(header) != value:
            found.append(f"{header} is {page.headers.get(header)!r}")
    return found
