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
    links = _links(_mails(office)["jb-anna", "digest"])
    assert list(links) == ["Koppeling vastleggen", "Zaak bekijken"]
    assert "Zaak GIA-2026-0001" in says(web.get(links["Zaak bekijken"]))
    web.post(links["Koppeling vastleggen"], data={"on": "2026-09-03"})
    assert office.dated(FactKind.PROTECTOR_COUPLED) == date(2026, 9, 3)


@pytest.mark.parametrize("label", ["Eerste contact vastleggen", "Koers vastleggen", "Zaak bekijken"])
def test_who_was_coupled_can_start_from_the_mail(office, web, label) -> None:
    office.open(protector=None)
    link = office.link("tm-karim", FactKind.PROTECTOR_COUPLED)
    web.post(link, data={"on": "2026-09-07", "value": "jb-bram"})
    links = _links(_mails(office)["jb-bram", "assigned"])
    assert web.get(links[label]).status_code == 200
