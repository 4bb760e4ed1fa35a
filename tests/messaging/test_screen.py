"""The mailbox as people see it: the folders of the source, reading, answering, moving, and what VANS said."""

from __future__ import annotations

import msgspec
import pytest

from mocks.municipal.correspondence import FOLDERS
from tests.messaging.ground import NOBODY, Ground
from tests.screens.accessible import problems
from tests.screens.browse import Page

LIST = ["Indbakke", *FOLDERS, "Sendte beskeder", "Arkiv", "Slettede beskeder"]


def module(**mail: object) -> Ground:
    return Ground(mail={"title": "OS2korrespondance", "folders": FOLDERS, **mail})


def folder(page: Page, title: str) -> Page:
    """The folder with this title, whatever number of unread letters stands behind it."""
    return page.follow(next(t for t in page.texts("//nav//a") if t.startswith(title)))


def rows(page: Page) -> list[list[str]]:
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row.xpath("./th|./td")]
        for row in page.tree.xpath("//tbody/tr")
    ]


def written() -> tuple[Ground, Page]:
    """PPR has written to the clinic on the screen."""
    ground = module()
    form = ground.visit("os2").press("Send besked")
    sent = form.press(
        "Send", receiver=ground.units["clinic"].gln or "", cpr="251248-9996", given="Nanna", family="Testperson",
        subject="Test", text="Hej.\nKender du familien?", name="Anne Holm",
    )  # fmt: skip
    return ground, sent


def test_the_module_has_the_folders_of_the_source_in_their_order() -> None:
    page = module().visit("os2")
    assert page.texts("//nav[@aria-label='Mapper']//a") == LIST
    assert page.texts("//p[@id='mapper']") == ["Mapper"]
    assert page.texts("//nav[@aria-label='Mapper']//ul//ul//a") == list(FOLDERS)
    assert "Send besked" in page.texts("//button")


def test_a_letter_written_on_the_screen_arrives_and_its_receipt_is_shown_to_its_sender() -> None:
    ground, sent = written()
    assert sent.texts("//h1") == ["Emne: Test"]
    assert "Afsendt, venter på kvittering" in sent.text
    ground.settle()
    listed = folder(ground.visit("os2"), "Sendte beskeder")
    ((subject, to, at, state),) = rows(listed)
    assert (subject, at, state) == ("Test", "2025-04-01 09:00", "Positiv") and to.startswith("Enhed 2 (")
    page = listed.press(f"Læs: Test, {at}")
    assert ("Kvitteringstype:", "Positiv") in page.fields("(//dl)[2]")
    assert ("Patient:", "Nanna Testperson (251248-9996)") in page.fields("(//dl)[1]")
    assert "Kender du familien?" in page.texts("//p[@class='letter']")[0]


def test_a_received_letter_is_read_answered_and_names_sender_receiver_patient_and_receipt() -> None:
    ground, _ = written()
    ground.settle()
    inbox = ground.visit("lps")
    ((subject, who, at, state),) = rows(inbox)
    assert (subject, state) == ("Test", "Ulæst") and who.startswith("Enhed 1 (")
    page = inbox.press(f"Læs: Test, {at}")
    clinic, ppr = (f"{u.name} ({u.gln})" for u in (ground.units["clinic"], ground.units["ppr"]))
    assert page.fields("(//dl)[1]") == [
        ("Fra:", ppr),
        ("Til:", clinic),
        ("Patient:", "Nanna Testperson (251248-9996)"),
        ("Tidspunkt:", at),
    ]
    assert page.fields("(//dl)[2]") == [("Kvittering afsendt:", at), ("Kvitteringstype:", "Positiv")]
    assert ground.inbox()[0]["read"] is not None
    form = page.press("Svar")
    assert form.tree.xpath("//input[@name='subject']/@value") == ["SV: Test"]
    assert form.tree.xpath("//input[@name='receiver']/@value") == [ground.units["ppr"].gln]
    form.press("Send", text="Ja, godt.", name="Ole Lund")
    ground.settle()
    (answer,) = ground.inbox("ppr")
    assert answer["subject"] == "SV: Test"


def test_letters_are_moved_between_folders_and_stay_there_also_across_a_restart() -> None:
    ground = module()
    ground.write("clinic", "ppr", subject="Til mappen")
    ground.settle()

    def opened(title: str) -> Page:
        page = folder(ground.visit("os2"), title)
        return page.press(f"Læs: Til mappen, {rows(page)[0][2]}")

    page = opened("Indbakke")
    choices = page.texts("//select[@name='folder']/option")
    assert choices == [*FOLDERS, "Arkiv", "Slettede beskeder"]
    for number, title in ((1, FOLDERS[0]), (4, FOLDERS[3])):
        left = page.press("Flyt", folder=f"indbakke-{number}")
        assert left.status == 200 and rows(left) == []
        page = opened(title)
    ground.restart()
    page = opened(FOLDERS[3])
    assert page.press("Flyt", folder="arkiv").texts("//h1") == [FOLDERS[3]]
    assert rows(folder(ground.visit("os2"), "Arkiv"))[0][0] == "Til mappen"
    with_sent = page.press("Flyt", folder="slettet")
    assert with_sent.status == 200
    fields = f"message={page.tree.xpath('//input[@name=' + chr(39) + 'message' + chr(39) + ']/@value')[0]}"
    wrong = ground.ask(
        "POST", "http://os2/screen/breve/flyt", f"{fields}&folder=sendt".encode(),
        "application/x-www-form-urlencoded",
    )  # fmt: skip
    assert wrong.status == 400


def test_a_letter_is_filed_on_the_screen_and_a_case_system_that_is_away_is_said_to_be() -> None:
    ground = module()
    ground.write("clinic", "ppr", subject="Journal")
    ground.settle()
    inbox = ground.visit("os2")
    page = inbox.press(f"Læs: Journal, {rows(inbox)[0][2]}")
    ground.lines.away.add("fagsystem")
    failed = page.press("Journaliser")
    assert failed.status == 502 and "Prøv igen senere" in failed.texts("//p[@role='alert']")[0]
    ground.lines.away.clear()
    assert "Journaliseret" in page.press("Journaliser").texts("//span")
    assert rows(ground.visit("os2"))[0][3] == "Journaliseret"


@pytest.mark.parametrize(
    ("receiver", "said"),
    [(NOBODY, "Modtager ikke fundet"), ("12", "Det har 13 cifre"), ("silent", "kan ikke modtage")],
)
def test_what_cannot_be_sent_comes_back_with_the_reason_and_the_text_is_not_lost(
    receiver: str, said: str
) -> None:
    ground = module()
    to = ground.units[receiver].gln if receiver in ground.units else receiver
    form = ground.visit("os2").press("Send besked")
    page = form.press(
        "Send", receiver=to or "", cpr="2512489996", given="Nanna", family="Testperson", subject="S",
        text="Meget langt arbejde", name="Anne Holm",
    )  # fmt: skip
    assert page.status == 400 and said in page.texts("//p[@role='alert']")[0]
    assert page.texts("//textarea") == ["Meget langt arbejde"]
    assert ground.sent() == []


def test_a_letter_that_got_lost_is_shown_as_waiting_and_not_as_received() -> None:
    ground = module()
    ground.trouble.next("MCM:XDIS91", "drop")
    ground.write(subject="Tabt")
    ground.wait(minutes=5)
    listed = folder(ground.visit("os2"), "Sendte beskeder")
    assert rows(listed)[0][3] in ("Afsendt, venter på kvittering", "Afleveret, venter på kvittering")


def test_with_notices_whoever_looks_after_the_mailbox_is_told_and_without_nobody_is() -> None:
    for notice in (False, True):
        ground = module(notice=notice)
        message = ground.write("clinic", "ppr")
        ground.settle()
        unit = ground.units["ppr"].sor_id
        told = ground.get(f"http://os2/desk/notices?unit={unit}")["notices"]
        assert [row["message"] for row in told] == ([message] if notice else [])
        assert ("Advis: 1 ulæst besked" in ground.visit("os2").text) == notice
        assert [e.facts["unit"] for e in ground.journal.notes("notice")] == [unit] * notice


def test_with_automatic_filing_a_letter_lies_in_the_case_before_anybody_has_opened_it() -> None:
    ground = module(automatic_filing=True)
    message = ground.write("clinic", "ppr")
    ground.settle()
    (letter,) = ground.inbox("ppr")
    assert letter["filed"] is not None and letter["read"] is None
    journal = ground.get(f"http://fagsystem/desk/journal?unit={ground.units['ppr'].sor_id}")
    assert [entry["message"] for entry in journal["entries"]] == [message]


def test_a_new_message_from_a_card_has_its_receiver_and_its_citizen_and_nothing_in_the_address() -> None:
    ground = module()
    raw = f"receiver={ground.units['clinic'].gln}&cpr=2512489996&patient=Nanna+Eva+Testperson&name=Anne+Holm"
    answer = ground.ask(
        "POST", "http://os2/screen/breve/ny", raw.encode(), "application/x-www-form-urlencoded"
    )
    page = Page(
        ground._send, "http://os2/screen/breve/ny", answer.status, dict(answer.headers), answer.body.decode()
    )
    value = {i.get("name"): i.get("value") for i in page.tree.xpath("//input")}
    assert (value["given"], value["family"], value["cpr"]) == ("Nanna Eva", "Testperson", "2512489996")
    assert value["receiver"] == ground.units["clinic"].gln and "Modtager: Enhed 2" in page.text


def test_every_page_of_the_mailbox_is_accessible_and_complete_in_itself() -> None:
    ground, sent = written()
    pages = [sent, ground.visit("os2"), ground.visit("os2").press("Send besked")]
    ground.settle()
    inbox = ground.visit("lps")
    read = inbox.press(f"Læs: Test, {rows(inbox)[0][2]}")
    pages += [inbox, read, read.press("Svar"), folder(ground.visit("os2"), "Arkiv")]
    pages += [folder(ground.visit("os2"), "Sendte beskeder"), module(notice=True).visit("os2")]
    assert {page.texts("//h1")[0]: problems(page) for page in pages if problems(page)} == {}


def test_unknown_units_folders_and_letters_are_refused_clearly() -> None:
    ground = module()
    for path in ("?enhed=1", "?mappe=spam"):
        assert ground.ask("GET", f"http://os2/screen/breve{path}").status == 404
    form = "application/x-www-form-urlencoded"
    for path in ("laes", "flyt", "journaliser"):
        answer = ground.ask("POST", f"http://os2/screen/breve/{path}", b"message=nobodys", form)
        assert answer.status == 404 and "nobodys" not in msgspec.json.decode(answer.body)["message"]
