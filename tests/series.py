"""A meeting every six weeks and a monthly submission, from which tests make their own with `replace`."""

from datetime import date, time

from core.series import OnDayOff, Participants, Series, SeriesKind, Step, Visibility

OPEN_MEETING = Series(
    "open",
    "Regionaal overleg",
    SeriesKind.MEETING,
    date(2026, 1, 12),
    rule="FREQ=WEEKLY;INTERVAL=6",
    at=time(10),
    minutes=90,
    place="Stadhuis",
    link="https://overleg.example/kamer",
    chair="pl-1",
    participants=Participants(roles=("ambtenaar",)),
    visibility=Visibility.PUBLIC,
    steps=(Step("agenda", "agenda versturen", 10, "pl-1"),),
)
ON_THE_TENTH = Series(
    "uitvraag",
    "Uniforme uitvraag",
    SeriesKind.SUBMISSION,
    date(2026, 1, 10),
    rule="FREQ=MONTHLY;BYMONTHDAY=10",
    on_day_off=OnDayOff.PREVIOUS,
    visibility=Visibility.PUBLIC,
)
