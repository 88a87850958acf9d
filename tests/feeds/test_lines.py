"""Content lines: folded where clients can bear it, cleaned of what they cannot."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.lines import LONGEST, address, clean, folded, one_line
from tests.feeds.samples import HARD, TEXTS

FINE = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\\\ufeff\ufffe\uffff")
)


@given(TEXTS.map(clean))
def test_no_line_is_longer_than_75_octets_and_each_is_whole_utf_8(text: str) -> None:
    lines = folded(text.replace("\n", "\\n")).split(b"\r\n")

    assert lines.pop() == b""
    assert max(len(line) for line in lines) <= LONGEST
    assert all(line.decode() for line in lines[1:])
    assert lines[0].decode() == text.replace("\n", "\\n")[: len(lines[0].decode())]


@given(TEXTS.map(clean))
def test_what_was_folded_is_whole_again_when_unfolded(text: str) -> None:
    line = text.replace("\n", "\\n")

    assert folded(line).replace(b"\r\n ", b"") == line.encode() + b"\r\n"


@given(st.lists(st.sampled_from(["\\\\", "\\,", "\\;", "\\n", "a", "é", "🎉"]), max_size=300).map("".join))
def test_no_fold_comes_between_a_backslash_and_its_character(line: str) -> None:
    pieces = folded(line).decode().split("\r\n ")

    assert all(len(re.findall(r"\\*$", piece)[0]) % 2 == 0 for piece in pieces[:-1])


@pytest.mark.parametrize("length", [74, 75, 76, 149, 150])
def test_a_line_is_folded_only_when_it_has_to_be(length: int) -> None:
    lines = folded("x" * length).split(b"\r\n")[:-1]

    assert [len(line) for line in lines] == {
        74: [74],
        75: [75],
        76: [75, 2],
        149: [75, 75],
        150: [75, 75, 2],
    }[length]


@given(FINE)
def test_a_text_without_control_characters_and_backslashes_stays_what_it_is(text: str) -> None:
    assert clean(text) == text


@given(TEXTS)
def test_cleaning_leaves_nothing_that_clients_refuse_or_misread(text: str) -> None:
    cleaned = clean(text)

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]", cleaned)
    assert not re.search(r"\\([nN,;\\\n]|\Z)", cleaned)
    assert clean(cleaned) == cleaned
    assert "\n" not in one_line(text)
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("een\r\ntwee\rdrie\u2028vier", "een\ntwee\ndrie\nvier"),
        ("C:\\map\\nieuw", "C:\\map/nieuw"),
        ("einde\\", "einde/"),
        ("a\tb\x07c", "a bc"),
    ],
)
def test_cleaning_says_the_same_as_well_as_it_can(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_an_address_cannot_begin_a_line_of_its_own() -> None:
    assert address(" https://a.example/b c\r\nATTENDEE:x ") == "https://a.example/b%20cATTENDEE:x"


@pytest.mark.parametrize("text", HARD)
def test_hard_texts_can_all_be_written(text: str) -> None:
    assert folded(one_line(text)).endswith(b"\r\n")
