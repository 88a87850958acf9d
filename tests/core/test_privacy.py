"""What is taken for a BSN, a birth date or a name, and what is not. Every number and name is made up."""

import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.privacy import CodeVerdict, MarkerKind, check_case_code, find_markers, is_bsn

CODE = re.compile(r"^[A-Z]{2,6}-\d{4}-\d{2,6}$")
TODAY = date(2026, 3, 1)
KNOWN = frozenset({"purmerend", "wijkteam"})
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2)


def found(text: str) -> list[tuple[str, str]]:
    markers = find_markers(text, case_code=CODE, today=TODAY, known=KNOWN)
    return [(marker.kind.value, text[marker.start : marker.end]) for marker in markers]


@st.composite
def bsns(draw: st.DrawFn) -> str:
    head = draw(st.text("0123456789", min_size=8, max_size=8))
    check = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, head, strict=True)) % 11
    assume(check < 10 and head != "00000000")
    return f"{head}{check}"


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("123456782", True),
        ("111222333", True),
        ("123456789", False),
        ("000000000", False),
        ("00000000", False),
        ("1234567", False),
        ("1234567820", False),
        ("12345678a", False),
        ("", False),
    ],
)
def test_the_eleven_test(digits: str, *, expected: bool) -> None:
    assert is_bsn(digits) is expected


@given(bsns())
def test_eight_digits_get_a_leading_zero(number: str) -> None:
    assert is_bsn(number)
    if number.startswith("0"):
        assert is_bsn(number[1:])


@given(bsns(), st.text("abc xyz,;:()\n", max_size=10), st.text("abc xyz,;:()\n", max_size=10))
def test_every_bsn_in_a_text_is_found(number: str, before: str, after: str) -> None:
    assert ("bsn", number) in found(before + number + after)


@given(bsns(), st.sampled_from([".", " ", "-"]))
def test_a_bsn_in_groups_is_found(number: str, gap: str) -> None:
    written = gap.join((number[:3], number[3:6], number[6:]))
    assert found(f"nummer {written} staat erin") == [("bsn", written)]


@pytest.mark.parametrize(
    "text",
    [
        "AB-1234-56782 is besproken",
        "zaken (NHZ-2026-00123, AB-1234-56782).",
        "NHZ-2026-00123/AB-1234-56782",
        "uiterlijk 12-4-2026, gevraagd 3 mrt 2026 en 2026-03-04T10:00",
        "gevraagd 1 april 2025, 20260401",
        "tel 06-12345678 of 06 12 34 56 78 of +31 6 12345678",
        "hulpvraag 1 (gevraagd 3 mrt)",
        "De Raad voor de Kinderbescherming en Rechtbank Noord-Holland",
        "Gisteren gebeld. Morgen zitting in Purmerend",
        "Wijkteam Purmerend belt",
        "OTS en VOTS via GI",
        "Gebeld mevrouw kwam niet",
        "12 mei 10:30 uur",
        "Jeugdwet artikel 2.3",
        "",
    ],
)
def test_codes_deadlines_and_institutions_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("geb. 3-2-2026", "3-2-2026"),
        ("geboortedatum: 12 maart 2015", "12 maart 2015"),
        ("geb.datum 12/03/2015", "12/03/2015"),
        ("DOB 2015-03-12", "2015-03-12"),
        ("g.d. 12.03.2015", "12.03.2015"),
        ("3-2-2026 (geboren)", "3-2-2026"),
        ("geb. 12032015", "12032015"),
        ("zoon van 12-03-2015", "12-03-2015"),
        ("zoon van 12-03-15", "12-03-15"),
        ("moeder 1-1-1985", "1-1-1985"),
        ("geboren op 1-2-2026, zitting 3-3-2026", "1-2-2026"),
        ("zitting 3-3-2026, geboren op 1-2-2026", "1-2-2026"),
    ],
)
def test_birth_dates_are_found_by_a_word_or_their_age(text: str, day: str) -> None:
    assert found(text) == [("birth_date", day)]


@pytest.mark.parametrize(
    ("day", "birth"), [("28-2-2024", True), ("29-2-2024", False), ("1-3-2026", False), ("1-3-2031", False)]
)
def test_two_years_back_is_where_a_deadline_becomes_a_birth_date(day: str, *, birth: bool) -> None:
    assert found(f"op {day}") == ([("birth_date", day)] if birth else [])


def test_what_only_looks_like_a_date_hides_no_bsn() -> None:
    assert found("nr 12.34.56.782") == [("bsn", "12.34.56.782")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gesprek met Sanne de Voorbeeld", "Sanne de Voorbeeld"),
        ("Fatima El Verzonnen komt", "Fatima El Verzonnen"),
        ("met Jan-Piet van der Test gebeld", "Jan-Piet van der Test"),
        ("Piet in 't Voorbeeld", "Piet in 't Voorbeeld"),
        ("J. de Voorbeeld belde", "J. de Voorbeeld"),
        ("J.P. van den Test", "J.P. van den Test"),
        ("mevr. Testpersoon", "mevr. Testpersoon"),
        ("dhr Testpersoon", "dhr Testpersoon"),
        ("met De Voorbeeld gesproken", "De Voorbeeld"),
        ("AB-2026-001 \u00d6zg\u00fcr Verzonnen", "\u00d6zg\u00fcr Verzonnen"),
    ],
)
def test_a_likely_name_is_pointed_at(text: str, name: str) -> None:
    assert found(text) == [("likely_name", name)]


def test_markers_come_in_the_order_of_the_text() -> None:
    text = "Sanne Voorbeeld, geb. 1-2-2015, 123456782"
    kinds = [marker.kind for marker in find_markers(text, case_code=CODE, today=TODAY)]
    assert kinds == [MarkerKind.LIKELY_NAME, MarkerKind.BIRTH_DATE, MarkerKind.BSN]


@given(st.text(max_size=80))
def test_any_text_can_be_looked_at(text: str) -> None:
    for marker in find_markers(text, case_code=CODE, today=TODAY):
        assert 0 <= marker.start < marker.end <= len(text)


@given(st.from_regex(CODE, fullmatch=True))
def test_every_code_of_the_pattern_is_accepted(code: str) -> None:
    assume(not code.endswith("\n"))
    assert check_case_code(code, CODE) is CodeVerdict.OK


def test_a_code_whose_digits_pass_the_eleven_test_is_accepted() -> None:
    assert check_case_code("AB-1234-56782", CODE) is CodeVerdict.OK


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("123456782", CodeVerdict.LOOKS_LIKE_BSN),
        (" 123.456.782 ", CodeVerdict.LOOKS_LIKE_BSN),
        ("BSN111222333", CodeVerdict.LOOKS_LIKE_BSN),
        ("X-12345-6782", CodeVerdict.LOOKS_LIKE_BSN),
        ("Sanne Voorbeeld", CodeVerdict.LOOKS_LIKE_NAME),
        ("S. de Voorbeeld-Test", CodeVerdict.LOOKS_LIKE_NAME),
        ("NH-123", CodeVerdict.NOT_MATCHING),
        ("NHZ-2026-00123\n", CodeVerdict.NOT_MATCHING),
        ("123456789", CodeVerdict.NOT_MATCHING),
        ("", CodeVerdict.NOT_MATCHING),
    ],
)
def test_other_codes_are_judged(code: str, verdict: CodeVerdict) -> None:
    assert check_case_code(code, CODE) is verdict
