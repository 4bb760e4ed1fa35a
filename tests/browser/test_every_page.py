"""What only a browser knows of a page: what it asks for, what it was not allowed, colours and the focus."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.browser import walks
from tests.browser.chromium import Tab
from tests.browser.town import Streets

#: Texts whose contrast with what lies behind them is too low (WCAG 2.1: 4.5, and 3 for large ones).
CONTRAST = """
(() => {
  const parse = c => { const n = c.match(/[\\d.]+/g).map(Number); return n.length > 3 ? n : [...n, 1]; };
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126*r + 0.7152*g + 0.0722*b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c[3] > 0.99) return c; } return [255, 255, 255, 1]; };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, text = walker.currentNode.data.trim(), s = getComputedStyle(e);
    if (!text || !e.checkVisibility() || e.closest('.skip')) continue;
    const [a, b] = [light(parse(s.color)), light(behind(e))].sort((x, y) => y - x);
    const size = parseFloat(s.fontSize), large = size >= 24 || (size >= 18.66 && Number(s.fontWeight) >= 700);
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) low.push(text + ': ' + ((a + 0.05) / (b + 0.05)).toFixed(2));
  }
  return low;
})()
"""
#: Where the keyboard is, and whether one sees it.
FOCUS = """
(() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
  return [e.tagName, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2, r.width > 0 && r.right > 0]; })()
"""

WALKS: dict[str, Callable[[Tab, Streets], None]] = {
    "warning": walks.warned,
    "appointments": walks.appointments,
    "card": walks.card,
    "letter": walks.write_to_ppr,
    "minlog": lambda tab, streets: walks.citizen(tab, streets, "Se, hvem der har set"),
    "consent": lambda tab, streets: walks.citizen(tab, streets, "Giv samtykke"),
}


@pytest.mark.parametrize("walk", WALKS)
def test_no_page_asks_for_anything_outside_and_every_text_and_focus_can_be_seen(
    tab: Tab, recommended: Streets, walk: str
) -> None:
    WALKS[walk](tab, recommended)
    paths = ("/screen", "/seb/sso", "/saml/acs")
    own = tuple(url + path for url in recommended.urls.values() for path in paths)
    assert tab.asked and [url for url in tab.asked if not url.startswith(own)] == []
    assert tab.complaints == []
    assert tab.evaluate(CONTRAST) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tab.evaluate("document.activeElement.blur()")
    seen = []
    for _ in range(60):
        tab.key("Tab")
        tag, outlined, visible = tab.evaluate(FOCUS)
        if tag == "BODY":
            break
        seen.append(tag)
        assert outlined and visible, f"{tag}: {tab.evaluate('document.activeElement.outerHTML')[:200]}"
    focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, .scroll"
    reachable = tab.evaluate(
        f"[...document.querySelectorAll({json.dumps(focusable)})].filter(e => e.checkVisibility()).length"
    )
    assert len(seen) >= min(reachable, 60) and seen[0] == "A"  # the way past the head comes first


def test_low_contrast_a_request_to_the_outside_and_a_script_are_noticed(
    tab: Tab, recommended: Streets
) -> None:
    tab.go(f"{recommended.urls['sapa']}/screen")
    tab.evaluate("document.styleSheets[0].insertRule('main h1 { color: #999 !important }')")
    assert len(tab.evaluate(CONTRAST)) == 1
    tab.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:9/x.png\">')")
    for _ in range(2000):
        if tab.complaints:
            break
    assert any("Content Security Policy" in complaint for complaint in tab.complaints), tab.complaints


@pytest.mark.parametrize("width", [360, 800])
def test_pages_fit_a_narrow_window(browser: object, recommended: Streets, width: int) -> None:
    tab = browser.tab(width, 700)  # type: ignore[attr-defined]
    for walk in (walks.appointments, walks.card, walks.write_to_ppr):
        walk(tab, recommended)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
