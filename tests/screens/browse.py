"""A browser without scripts, as small as the screens need: pages, their texts, and sending their forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin

from lxml import html

FORM = "application/x-www-form-urlencoded"
#: Sends (method, URL, body, content type) and gives (status, headers, text).
Send = Callable[[str, str, bytes, str], tuple[int, dict[str, str], str]]


@dataclass(frozen=True)
class Page:
    """One page as it came. ``url`` is where from."""

    send: Send
    url: str
    status: int
    headers: dict[str, str]
    text: str

    @property
    def tree(self) -> Any:
        return html.fromstring(self.text)

    def texts(self, xpath: str) -> list[str]:
        """The visible texts of these elements, white space as a reader sees it."""
        return [words(node) for node in self.tree.xpath(xpath)]

    def fields(self, xpath: str = "//dl") -> list[tuple[str, str]]:
        """Label and value of the description lists there, in order."""
        found = []
        for listed in self.tree.xpath(xpath):
            for label in listed.xpath("./dt"):
                for note in label.xpath(".//details"):
                    note.drop_tree()
                found.append((words(label), words(label.getnext())))
        return found

    def press(self, button: str, **typed: str) -> Page:
        """Type into the fields of the form that has this button, and press it."""
        for pressed in self.tree.xpath("//form//button"):
            if words(pressed) == button or pressed.get("aria-label") == button:
                form = next(pressed.iterancestors("form"))
                filled = {k: v for k, v in form.form_values() if v is not None}
                for choice in form.xpath(".//select"):  # a browser sends the first when nothing was chosen
                    filled.setdefault(choice.get("name"), choice.value_options[0])
                filled |= typed
                if pressed.get("name"):
                    filled[pressed.get("name")] = pressed.get("value", "")
                for name in typed:
                    assert form.xpath(f".//*[@name='{name}']"), f"no field {name!r} beside {button!r}"
                target = urljoin(self.url, pressed.get("formaction") or form.get("action", self.url))
                if form.get("method", "get").lower() == "get":
                    return visit(self.send, f"{target}?{urlencode(filled)}")
                return _page(self.send, "POST", target, urlencode(filled).encode())
        raise AssertionError(f"no button {button!r}; there are {self.texts('//form//button')}")

    def follow(self, link: str) -> Page:
        """Follow the link with this text."""
        for found in self.tree.xpath("//a[@href]"):
            if words(found) == link:
                return visit(self.send, urljoin(self.url, found.get("href")))
        raise AssertionError(f"no link {link!r}; there are {self.texts('//a[@href]')}")


def visit(send: Send, url: str) -> Page:
    return _page(send, "GET", url, b"")


def _page(send: Send, method: str, url: str, body: bytes) -> Page:
    status, headers, text = send(method, url, body, FORM if body else "")
    return Page(send, url, status, headers, text)


def words(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())
