"""What the bot says about group chats, word for word, also to hostile words."""

from datetime import UTC, datetime

import pytest

from bot.fitting import fits
from core.groups import GroupScope
from demo.telegram.entities import parse_html
from services.governance.groups import GroupView
from templates import chat_text
from tests.goldens import Golden, golden_names
from tests.views import HOSTILE, LONGEST_NAME

_MOMENT = datetime(2026, 9, 7, 6, 30, tzinfo=UTC)
_GROUP = GroupView(7, "Overleg NHN", GroupScope.REGION, "NHN", "Noord-Holland Noord", "pl-1", _MOMENT)
_HOSTILE = GroupView(8, "", GroupScope.SERIES, "rijk", HOSTILE, LONGEST_NAME, _MOMENT)
_SERIES = {"scope": GroupScope.SERIES, "name": HOSTILE}
_REGION = {"scope": GroupScope.REGION, "name": "Noord-Holland Noord"}
_CODE = {"expires_at": _MOMENT, "command": "/start@wacht_bot abc_DEF-123"}

TEXTS: dict[str, list[dict[str, object]]] = {
    "list": [{"items": [_GROUP, _HOSTILE]}, {"items": []}],
    "pick": [{}],
    "made": [_SERIES | _CODE, _REGION | _CODE],
    "linked": [_SERIES, _REGION],
    "refused": [{}],
    "for_a_group": [{}],
    "ask_end": [{"item": _GROUP}, {"item": _HOSTILE}],
    "ended": [{}],
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_about_groups_reads_as_its_golden_file(name: str, golden: Golden) -> None:
    said = [chat_text(f"groups.{name}", **values) for values in TEXTS[name]]
    assert [text for text in said if not fits(text) or not parse_html(text).text or "<script" in text] == []
    golden(f"telegram/groups/{name}.txt", "\n---\n".join(said) + "\n")


def test_every_golden_file_about_groups_is_used() -> None:
    assert golden_names("telegram/groups") == set(TEXTS)
