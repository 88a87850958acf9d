"""From the guard to a mail to a recorded fact, without a chat."""

from datetime import date

import pytest

from core.facts import FactKind
from core.ports import ChannelName
from mail.rendering import mail_content
from services.delivery import claim_messages, prepare
from services.notices import guard_pass


def _mails(office) -> dict[str, object]:
    """Return the mails that go out now, by recipient and kind."""
    now, found = office.clock.now(), {}
    for message in claim_messages(office.house, now, most=50):
        ready = prepare(office.house, message, now, [ChannelName.MAIL])
        content = mail_content(
            message.kind,
            ready.view,
            repeated=message.repeated,
            public_url="http://test",
            bot_link=lambda _: None,
        )
        found[ready.person.name, message.kind.value] = content
    return found


def _links(content) -> dict[str, str]:
    return {button.label: button.url.removeprefix("http://test") for row in content.buttons for button in row}


def test_a_digest_line_records_what_was_reached(office, web, says) -> None:
    office.open()
    guard_pass(office.house, office.clock.now())
    links = _links(_mails(office)["jb-1", "digest"])
    assert list(links) == ["Koppeling vastleggen", "Zaak bekijken", "Al je zaken bekijken"]
    assert "Zaak GIA-2026-0001" in says(web.get(links["Zaak bekijken"]))
    web.post(links["Koppeling vastleggen"], data={"on": "2026-09-03"})
    assert office.dated(FactKind.PROTECTOR_COUPLED) == date(2026, 9, 3)


@pytest.mark.parametrize("label", ["Eerste contact vastleggen", "Koers vastleggen", "Zaak bekijken"])
def test_who_was_coupled_can_start_from_the_mail(office, web, label) -> None:
    office.open(protector=None)
    link = office.link("tm-1", FactKind.PROTECTOR_COUPLED)
    web.post(link, data={"on": "2026-09-07", "value": "jb-2"})
    links = _links(_mails(office)["jb-2", "assigned"])
    assert web.get(links[label]).status_code == 200


def test_all_cases_can_be_looked_at_from_the_mail(office, web, says) -> None:
    office.open()
    office.open("GIA-2026-0002")
    office.open("GIA-2026-0003", protector="jb-2")
    guard_pass(office.house, office.clock.now())
    everything = _links(_mails(office)["jb-1", "digest"])["Al je zaken bekijken"]
    shown = says(web.get(everything))
    assert [code for code in ("0001", "0002", "0003") if f"GIA-2026-{code}" in shown] == ["0001", "0002"]
    assert "Zaak GIA-2026-0002" in says(web.get(f"{everything}?zaak=GIA-2026-0002"))
    assert web.get(f"{everything}?zaak=GIA-2026-0003").status_code == 404
    assert web.head(everything).status_code == 200
