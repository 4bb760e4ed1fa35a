"""What people do at the screens, with a real browser."""

from __future__ import annotations

from tests.browser.chromium import Tab
from tests.browser.town import PPR_SLAGELSE, Streets
from tests.overview.world import BENTE, KATRINE


def warned(tab: Tab, streets: Streets, cpr: str = "020408-7194") -> None:
    """SAPA up to the warning."""
    tab.go(f"{streets.urls['sapa']}/screen")
    tab.type(cpr=cpr, user="ak", name="Allan Korsman")
    tab.evaluate("document.querySelector('select[name=place]').selectedIndex = 1")
    tab.press("Søg")


def appointments(tab: Tab, streets: Streets) -> None:
    """Warning, login, list."""
    warned(tab, streets)
    tab.press("Se aftaler")
    tab.press("Gå til login")
    tab.press("Log ind")
    tab.press("Fortsæt")


def card(tab: Tab, streets: Streets, system: str = "nordepj", cpr: str = BENTE) -> None:
    """The card of a child, in NordEPJ or in Klinik+."""
    tab.go(f"{streets.urls[system]}/screen/overblik")
    button = tab.texts("main button")[0]
    tab.type(cpr=cpr, user="sl", name="Signe Lund")
    tab.evaluate("document.querySelector('[name=consent_declared]').click()")
    tab.press(button)


def write_to_ppr(tab: Tab, streets: Streets, text: str = "Hej.\nKender I familien?") -> None:
    """The clinic writes to PPR in Slagelse."""
    tab.go(f"{streets.urls['lps-01']}/screen/breve")
    tab.press("Send besked")
    tab.type(
        receiver=PPR_SLAGELSE.gln or "", cpr=KATRINE, given="Katrine", family="Johansen", subject="Trivsel",
        text=text, name="Signe Lund",
    )  # fmt: skip
    tab.press("Send")


def answer_of_ppr(tab: Tab, streets: Streets) -> None:
    """PPR reads what the clinic wrote and answers."""
    tab.go(f"{streets.urls['os2']}/screen/breve")
    tab.press_first("tbody button")
    tab.press("Svar")
    tab.type(text="Ja, der er en sag i PPR. Ring gerne.", name="Anne Holm")
    tab.press("Send")


def citizen(tab: Tab, streets: Streets, button: str, me: str = KATRINE) -> None:
    """A citizen at the pages of the national platform."""
    tab.go(f"{streets.urls['nsp']}/screen/borger")
    tab.type(me=me)
    tab.press(button)
