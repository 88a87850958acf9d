"""What is shown stays within what Telegram takes, and reads as it should."""

from datetime import date

import pytest

from bot.rendering import render_view
from core.outbox import MessageKind
from services.digests import DigestView
from services.message_views import SubstituteView, UnreachableView
from tests.factories import CHATS, MONDAY, a_row
from tests.stories.world import World

HOSTILE = "<b>&\"'"


async def test_the_fullest_digest_is_taken_by_telegram(world: World) -> None:
    rows = [
        a_row(f"GIA-2026-{family:02d}{child:04d}", gezin=f"GEZIN-{family}", gekoppeld="2026-03-02")
        for family in range(11)
        for child in range(20)
    ]
    world.import_rows(*rows)
    said = await world.morning(date(2026, 3, 4))
    (digest,) = said["jb-1"]
    assert digest.count("en nog 16") == 10
    assert "En nog 20 termijnen: die staan in je volgende bericht bovenaan" in digest
    message = world.said_to("jb-1")[-1]
    assert len(digest.encode("utf-16-le")) // 2 <= 4096
    assert max(len((b.callback_data or "").encode()) for b in message.buttons) <= 64
    # The one that did not fit comes first the next morning, and siblings are recorded in one go.
    (carried,) = (await world.morning(date(2026, 3, 5)))["jb-1"]
    assert carried.splitlines()[2].startswith("1. ")
    await world.press("jb-1", "1. Eerste contact vastleggen")
    answer = await world.press("jb-1", "Vandaag")
    assert answer.count("eerste contact op do 5 mrt vastgelegd") == 20


async def test_the_case_screen_holds_code_norm_date_and_action_only(world: World) -> None:
    world.import_rows(a_row(gekoppeld="2026-03-02", gezin="GEZIN-9"))
    shown = await world.say("jb-1", "/zaak GIA-2026-001")
    assert "Norm 1" in shown
    assert [word for word in ("Alkmaar", "ondertoezichtstelling", "GEZIN-9") if word in shown] == []
    assert world.telegram.private_chat(CHATS["jb-1"]) is not None


@pytest.mark.parametrize(
    ("kind", "view"),
    [
        (MessageKind.SUBSTITUTE, SubstituteView("jb-1", HOSTILE, MONDAY, MONDAY, MONDAY)),
        (MessageKind.UNREACHABLE, UnreachableView("tm-1", HOSTILE, 2)),
        (MessageKind.DIGEST, DigestView("jb-1", MONDAY, (), 0, 0, 0, ((HOSTILE, "1"),))),
    ],
)
def test_hostile_words_are_escaped(kind: MessageKind, view: object) -> None:
    text = render_view(kind, view, repeated=True).text  # type: ignore[arg-type]
    assert HOSTILE not in text
    assert "&lt;b&gt;&amp;" in text
