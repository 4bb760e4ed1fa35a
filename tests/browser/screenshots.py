"""``make screenshots``: pictures of the screens for docs/screens.md, taken where the tests walk."""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from tests.browser import walks
from tests.browser.chromium import Chromium, Tab, found
from tests.browser.town import PPR_SLAGELSE, Streets, Town
from tests.overview.world import BENTE

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screens"


def main() -> int:
    path = found()
    if path is None:
        print("no chromium here; apt-get install chromium", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, Chromium(path, Path(profile)) as browser:
        with Streets(Town()) as pilot:
            _as_the_pilot_was(browser.tab(1180, 200), pilot)
            _cards(browser.tab(800, 200), pilot)
        with Streets(Town(), {"sagsindeks": 30.0}) as slow:
            tab = browser.tab(800, 200)
            walks.card(tab, slow)
            save(tab, "kort-uden-sagsindeks")
        with Streets(Town(follow=True)) as recommended:
            _correspondence(browser.tab(1180, 200), recommended)
            _recommendations(browser.tab(800, 200), recommended)
            _citizen(browser.tab(1180, 200), recommended)
    return 0


def _as_the_pilot_was(tab: Tab, streets: Streets) -> None:
    walks.warned(tab, streets)
    save(tab, "sapa-advarsel")
    tab.press("Se aftaler")
    tab.press("Gå til login")
    save(tab, "seb-login")
    tab.press("Log ind")
    tab.press("Fortsæt")
    save(tab, "sapa-aftaler")
    tab.follow("tbody tr:nth-child(2) td:last-child a")
    save(tab, "sapa-detaljer")
    walks.warned(tab, streets, BENTE)
    tab.press("Skole og institutionsoplysninger")
    save(tab, "sapa-skole")


def _cards(tab: Tab, streets: Streets) -> None:
    for system, name in (("nordepj", "nordepj-tvaerdata"), ("lps-01", "klinikplus-overblik")):
        walks.card(tab, streets, system)
        save(tab, name)


def _correspondence(tab: Tab, streets: Streets) -> None:
    walks.write_to_ppr(
        tab, streets, "Hej PPR i Slagelse\n\nKender I Katrine, og er der en sag?\n\nMvh Signe Lund"
    )
    url = f"{streets.urls['os2']}/screen/breve"
    while not tab.texts("tbody tr") or tab.url != url:
        tab.go(url)
        time.sleep(0.1)
    save(tab, "os2-indbakke")
    walks.answer_of_ppr(tab, streets)
    sent = f"{url}?enhed={PPR_SLAGELSE.sor_id}&mappe=sendt"
    while "Positiv" not in tab.texts("tbody td") or tab.url != sent:
        tab.go(sent)
        time.sleep(0.1)
    tab.press_first("tbody button")
    save(tab, "os2-besked")


def _recommendations(tab: Tab, streets: Streets) -> None:
    walks.card(tab, streets, "nordepj")
    tab.evaluate("document.querySelectorAll('details.help').forEach(e => e.open = true)")
    save(tab, "anbefaling-hjaelp-og-et-klik")
    tab.press("5790002523519: skriv besked til Pædagogisk, psykologisk rådgivning")
    save(tab, "anbefaling-ny-besked")


def _citizen(tab: Tab, streets: Streets) -> None:
    walks.appointments(tab, streets)
    while not tab.texts("tbody tr") or "minlog" not in tab.url:
        walks.citizen(tab, streets, "Se, hvem der har set")
    save(tab, "borger-hvem-har-set")
    walks.citizen(tab, streets, "Giv samtykke")
    save(tab, "anbefaling-digitalt-samtykke")


def save(tab: Tab, name: str) -> None:
    """The page as a small PNG: screens have few colours."""
    picture = Image.open(io.BytesIO(tab.picture())).convert("RGB")
    file = FOLDER / f"{name}.png"
    picture.quantize(48, dither=Image.Dither.NONE).save(file, optimize=True)
    print(
        f"{file.relative_to(FOLDER.parents[1])}: {picture.width} x {picture.height}, {file.stat().st_size // 1024} KB"
    )


if __name__ == "__main__":
    sys.exit(main())
