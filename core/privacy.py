"""What must not be in a case code or free text: a BSN, a birth date, a name."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum
from itertools import islice

_MASK = "\N{CURRENCY SIGN}"
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_BSN_LENGTH = 9

# --- patterns ---

_CODE_TOKENS = (re.compile(r"[^\s,;:!?()\[\]{}\"'<>]+"), re.compile(r"[^\s,;:!?()\[\]{}\"'<>/=]+"))
_GAP = r"(?:\s-\s|[ \u00a0\u202f.\-\u2010-\u2013/_])"
_DIGIT_GROUPS = re.compile(rf"\d+(?:{_GAP}\d+)*")
_PHONE = re.compile(r"(?<!\d)(?:0\d{1,3}[ -]\d{6,8}|(?:\+|00)31[ -]?\d{1,3}[ -]?\d{6,8})(?!\d)")
_PHONE_LENGTHS = (10, 11, 13)
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_MONTH = (
    r"jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?"
    r"|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATES = tuple(
    re.compile(rf"(?<!\d)(?:{form})(?!\d)", re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})(?P<s>\s?[-/.]\s?|\s)(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})",
        r"(?<!\d[-/.])(?P<d>\d{1,2})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<y>\d{2})(?![-/.]\d)",
        rf"(?P<d>\d{{1,2}})[\s-]?(?P<n>{_MONTH})\b\.?[\s-]?(?P<y>\d{{4}}|'?\d{{2}}(?!\s?(?:uur|:)))",
        r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>(?:19|20)\d{2})",
    )
)
_BIRTH = r"(?:geb\b|geboren\b|geboorte\w*|geb\.?\s?datum\b|dob\b|d\.o\.b|g\.\s?d\b|jarig\b|verjaar\w*)"
_BIRTH_BEFORE = re.compile(rf"\b{_BIRTH}[^\n]*$", re.IGNORECASE)
_BIRTH_AFTER = re.compile(rf"[\s(,]*{_BIRTH}", re.IGNORECASE)
_CUE_REACH = 30
_RECENT = timedelta(days=731)
_YEARS = range(1900, 2200)
_YEARS_AHEAD = 10

# --- words ---


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# "in" or "op" alone says where; only before an article is it part of a surname.
_WORD = re.compile(
    r"\b(?:[Ii]n|[Oo]p|[Aa]an|[Uu]it) (?:de|den|het|['\u2019]t)\b|['\u2019][st]\b"
    r"|[^\W\d_]+(?:['\u2019-][^\W\d_]+)*"
)
_SENTENCE_END = ("", *".!?:;\n\u2022*->")
_PARTICLES = _listed("van de der den ten ter 't 's el al ben bin ibn von du da di la le dos")
_TITLES = _listed("dhr mevr mw mevrouw meneer heer fam familie mej mejuffrouw drs mr")
_OPENERS = _listed(
    "de het een en of ik wij we je jij hij zij ze er dit dat deze die op in met na om te voor door bij van "
    "als dan nu nog niet geen wel ook zie graag let per uit over onder tot sinds is heeft wordt kan moet wil "
    "aan wie wat waar hoe gisteren vandaag morgen"
)
INSTITUTION_WORDS = _listed(
    "rechtbank gerechtshof hof hoge raad kinderrechter rechter griffie kinderbescherming jeugdbescherming "
    "jeugdbeschermer jeugdreclassering jeugdwet burgerlijk wetboek gemeente gemeenten regio provincie "
    "noord holland zuid utrecht amsterdam haarlem nederland gecertificeerde instelling instellingen veilig "
    "thuis inspectie ministerie justitie college burgemeester wethouders wethouder teammanager projectleider "
    "gedragswetenschapper zorgaanbieder plan aanpak koers gezinsplan familiegroepsplan verzoekschrift "
    "beschikking zitting uithuisplaatsing ondertoezichtstelling voogdij maandag dinsdag woensdag donderdag "
    "vrijdag zaterdag zondag januari februari maart april mei juni juli augustus september oktober november "
    "december pasen pinksteren kerst hemelvaart koningsdag nieuwjaar termijnwacht"
)
"""Lower-case words of institutions, roles, law and calendar that are capitalised without being a name."""


class MarkerKind(StrEnum):
    """What a piece of text seems to be."""

    BSN = "bsn"
    BIRTH_DATE = "birth_date"
    LIKELY_NAME = "likely_name"


@dataclass(frozen=True, slots=True)
class Marker:
    """Where in a text something is that may have to go: `text[start:end]`."""

    kind: MarkerKind
    start: int
    end: int


class CodeVerdict(StrEnum):
    """What a case code turns out to be."""

    OK = "ok"
    LOOKS_LIKE_BSN = "looks_like_bsn"
    LOOKS_LIKE_NAME = "looks_like_name"
    NOT_MATCHING = "not_matching"


def is_bsn(digits: str) -> bool:
    """Tell whether eight or nine bare digits pass the 11-test; eight get a leading zero."""
    if not digits.isdecimal() or len(digits) not in (_BSN_LENGTH - 1, _BSN_LENGTH):
        return False
    numbers = [int(digit) for digit in digits.rjust(_BSN_LENGTH, "0")]
    weighed = sum(weight * number for weight, number in zip(_WEIGHTS, numbers, strict=True))
    return any(numbers) and weighed % 11 == 0


def check_case_code(code: str, pattern: re.Pattern[str]) -> CodeVerdict:
    """Judge a case code. What matches the pattern is good, also if its digits happen to pass the 11-test."""
    if pattern.fullmatch(code):
        return CodeVerdict.OK
    bare = re.sub(r"[\W_]+", "", code)
    if any(_bsn_spans(code)) or any(_bsn_spans(bare)):
        return CodeVerdict.LOOKS_LIKE_BSN
    return CodeVerdict.LOOKS_LIKE_NAME if bare.isalpha() else CodeVerdict.NOT_MATCHING


def find_markers(
    text: str, *, case_code: re.Pattern[str], today: date, known: frozenset[str] = frozenset()
) -> list[Marker]:
    """Find what may be a BSN, a birth date or a name in free text, in the order of the text.

    Case codes and dates are taken out first. A date is a birth date when a word next to it says so, or
    when it is more than two years before `today`; others are deadlines. `known` holds lower-case words
    that make no name, beside `INSTITUTION_WORDS`.
    """
    text = _without_codes(text, case_code)
    dates = _find_dates(text, today)
    births = [
        Marker(MarkerKind.BIRTH_DATE, found.start, found.end)
        for index, found in enumerate(dates)
        if found.day < today - _RECENT or _has_birth_cue(text, dates, index)
    ]
    for found in dates:
        text = _masked(text, found.start, found.end)
    numbers = [Marker(MarkerKind.BSN, *span) for span in _bsn_spans(text)]
    names = [Marker(MarkerKind.LIKELY_NAME, *span) for span in _name_spans(text, known | INSTITUTION_WORDS)]
    return sorted(births + numbers + names, key=lambda marker: marker.start)


def _masked(text: str, start: int, end: int) -> str:
    return text[:start] + _MASK * (end - start) + text[end:]


def _without_codes(text: str, case_code: re.Pattern[str]) -> str:
    for tokens in _CODE_TOKENS:
        for token in tokens.finditer(text):
            code = token[0].rstrip(".")
            if case_code.fullmatch(code):
                text = _masked(text, token.start(), token.start() + len(code))
    return text


# --- dates ---


@dataclass(frozen=True, slots=True)
class _Date:
    start: int
    end: int
    day: date


def _find_dates(text: str, today: date) -> list[_Date]:
    found: list[_Date] = []
    for form in _DATES:
        for match in form.finditer(text):
            day = _day(match.groupdict(), today)
            if day and day.year in _YEARS:
                found.append(_Date(match.start(), match.end(), day))
                text = _masked(text, match.start(), match.end())
    return sorted(found, key=lambda item: item.start)


def _day(parts: dict[str, str | None], today: date) -> date | None:
    name, stated = parts.get("n"), (parts["y"] or "").lstrip("'")
    month = _month_number(name) if name else int(parts["m"] or 0)
    year = int(stated)
    if len(stated) == 2:  # noqa: PLR2004 - two digits
        year += 2000 if 2000 + year <= today.year + _YEARS_AHEAD else 1900
    with suppress(ValueError):
        return date(year, month, int(parts["d"] or 0))
    return None


def _month_number(name: str) -> int:
    return _MONTHS.index(name.lower().replace("maart", "mrt")[:3]) + 1


def _has_birth_cue(text: str, dates: list[_Date], index: int) -> bool:
    """Look before the date as far as the date before it, and right behind it."""
    this = dates[index]
    earlier = dates[index - 1].end if index else 0
    later = dates[index + 1].start if index + 1 < len(dates) else len(text) + _CUE_REACH
    if _BIRTH_BEFORE.search(text, max(earlier, this.start - _CUE_REACH), this.start):
        return True
    return later - this.end >= _CUE_REACH and _BIRTH_AFTER.match(text, this.end) is not None


# --- numbers ---


def _bsn_spans(text: str) -> Iterator[tuple[int, int]]:
    for phone in _PHONE.finditer(text):
        if sum(map(str.isdecimal, phone[0])) in _PHONE_LENGTHS:
            text = _masked(text, phone.start(), phone.end())
    for sequence in _DIGIT_GROUPS.finditer(text):
        groups = list(re.finditer(r"\d+", sequence[0]))
        yield from ((sequence.start() + start, sequence.start() + end) for start, end in _bsn_rows(groups))


def _bsn_rows(groups: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield each row of neighbouring groups of digits that together are a BSN."""
    first = 0
    while first < len(groups):
        rows = (groups[first : last + 1] for last in range(first, min(first + _BSN_LENGTH, len(groups))))
        row = next((row for row in rows if _is_bsn_row(row, len(groups))), None)
        if row:
            yield row[0].start(), row[-1].end()
        first += len(row) if row else 1


def _is_bsn_row(row: list[re.Match[str]], of: int) -> bool:
    digits = "".join(group[0] for group in row)
    # Eight digits that are a piece of a longer row of groups are more often a telephone number.
    return is_bsn(digits) and (len(digits) == _BSN_LENGTH or len(row) in (1, of))


# --- names ---


class _Kind(Enum):
    NAME = "name"
    INITIAL = "initial"
    TITLE = "title"
    PARTICLE = "particle"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    kind: _Kind
    joined: bool  # to the word before it, by nothing but white space (or the full stop of an abbreviation)


_WEIGHING = frozenset({_Kind.NAME, _Kind.INITIAL, _Kind.TITLE})


def _name_spans(text: str, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    words = _words(text, known)
    index = 0
    while index < len(words):
        length = _name_length(islice(words, index, None)) if words[index].kind in _WEIGHING else 0
        if length:
            yield words[index].start, words[index + length - 1].end
        index += max(length, 1)


def _name_length(words: Iterator[_Word]) -> int:
    """Count the words of the name that begins here: two names, or one with an initial or a title."""
    weight = length = weight_of_name = 0
    for position, word in enumerate(words, start=1):
        if word.kind is _Kind.OTHER or (position > 1 and (not word.joined or word.kind is _Kind.TITLE)):
            break
        weight += word.kind in _WEIGHING
        if word.kind is _Kind.NAME:
            length, weight_of_name = position, weight
    return length if weight_of_name > 1 else 0


def _words(text: str, known: frozenset[str]) -> list[_Word]:
    words: list[_Word] = []
    end, dotted = 0, False  # of the word before; an initial or title may have a full stop
    for match in _WORD.finditer(text):
        between = text[end : match.start()].removeprefix("." if dotted else "").strip(" \u00a0")
        opens = between.strip()[-1:] in _SENTENCE_END if between else not words
        initial = len(match[0]) == 1 and text.startswith(".", match.end())
        kind = _kind(match[0], known, opens=opens, initial=initial)
        words.append(_Word(match.start(), match.end(), kind, not between))
        end, dotted = match.end(), kind in (_Kind.INITIAL, _Kind.TITLE)
    return words


def _kind(word: str, known: frozenset[str], *, opens: bool, initial: bool) -> _Kind:
    lower = word.lower()
    capital = word[0].isupper()
    particle = lower in _PARTICLES or " " in word
    if (opens and (lower in _OPENERS or particle)) or (not word.isupper() and _is_known(lower, known)):
        return _Kind.OTHER
    if lower in _TITLES:
        return _Kind.TITLE
    if (initial and capital) or (particle and capital):
        return _Kind.INITIAL
    if particle:
        return _Kind.PARTICLE
    return _Kind.NAME if capital and not word.isupper() else _Kind.OTHER


def _is_known(lower: str, known: frozenset[str]) -> bool:
    return lower in known or all(part in known for part in re.split("['\u2019-]", lower))
