"""The other dates of a case: kinds of items with their clocks, built in and overridable (D8, D14-D25)."""

from dataclasses import dataclass

from core.cadence import Cadence
from core.desks import DESK_KIND
from core.facts import FactKind
from core.ladder import Delay, DelayUnit, LadderRung
from core.ledger import COUPLING
from core.norms import Counting, Length, Norm, Unit

HANDOVER = "overdracht"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be picked: a code that is kept, and the words for it."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class ItemKind:
    """A kind of item that people add to a case: a date, or a request to a third party.

    `asks` are the dates asked when it is added, in order; `whole_month` keeps only their month, so that no
    day of birth can be read from it. `outcomes` and `reasons` are what can be picked when it is decided or
    extended. A request names the need it is for.
    """

    code: str
    title: str
    asks: tuple[FactKind, ...] = (FactKind.ITEM_ENDS,)
    whole_month: bool = False
    outcomes: tuple[Choice, ...] = ()
    reasons: tuple[Choice, ...] = ()
    is_request: bool = False
    organisations: frozenset[str] = frozenset()
    source: str = ""


_EXTENDED = (
    Choice("verlenging_gevraagd", "verlenging gevraagd"),
    Choice("geen_verlenging", "geen verlenging"),
)
LATE_HELP = "late_hulp"
"""The reason of an extension that reports count: help came too late (D17)."""
EXTENSION_REASONS = (
    Choice(LATE_HELP, "hulp kwam te laat"),
    Choice("veiligheid", "veiligheid nog niet voldoende"),
    Choice("doelen", "doelen nog niet gehaald"),
    Choice("anders", "andere reden"),
)
END_OUTCOMES = (
    Choice("verlenging_gevraagd", "verlenging gevraagd"),
    Choice("afsluitplan", "afsluitplan klaar"),
    Choice("vervolg", "andere maatregel gevraagd"),
)
ANSWERS = (Choice("ja", "ja"), Choice("nee", "nee"), Choice("anders", "anders"))

ITEM_KINDS = (
    ItemKind(
        "machtiging",
        "machtiging",
        asks=(FactKind.ITEM_STARTED, FactKind.ITEM_ENDS),
        outcomes=_EXTENDED,
        reasons=EXTENSION_REASONS,
        source="art. 1:265c BW; art. 6.1.12 Jeugdwet",
    ),
    ItemKind(
        "crisisplek",
        "crisisplek",
        asks=(FactKind.ITEM_STARTED,),
        reasons=EXTENSION_REASONS,
        source="Regiorapport inspecties 2021: maximaal 12 weken",
    ),
    ItemKind("verhuizing", "gedwongen verhuizing", source="Regiorapport inspecties 2021"),
    ItemKind("toestemming", "vervangende toestemming", source="Regiorapport inspecties 2021, Westfriesland"),
    ItemKind(
        "achttien",
        "plan voor 18 jaar en ouder",
        asks=(FactKind.ITEM_ENDS,),
        whole_month=True,
        source="Regiorapport inspecties 2021",
    ),
    ItemKind(
        "toegang",
        "aanvraag bij de lokale toegang",
        asks=(FactKind.REQUEST_SENT,),
        outcomes=ANSWERS,
        is_request=True,
        source="Regiorapport inspecties 2021, Westfriesland: zes weken",
    ),
    ItemKind(
        "maatwerk",
        "aanvraag voor maatwerk",
        asks=(FactKind.REQUEST_SENT,),
        outcomes=ANSWERS,
        is_request=True,
        source="Regiorapport inspecties 2021, Zuid-Kennemerland; twee weken is een keuze",
    ),
    ItemKind(
        "spoed",
        "spoedakkoord",
        asks=(FactKind.REQUEST_SENT,),
        outcomes=ANSWERS,
        is_request=True,
        source="Regiorapport inspecties 2021, Haarlemmermeer",
    ),
    ItemKind(
        "tafel",
        "inbreng bij een doorbraak- of experttafel",
        asks=(FactKind.REQUEST_SENT,),
        outcomes=(
            Choice("hulp_gevonden", "hulp gevonden"),
            Choice("advies", "advies gekregen"),
            Choice("niet_besproken", "niet besproken"),
        ),
        is_request=True,
        source="raadsinformatiebrief Haarlem 2021; Regiorapport inspecties 2021",
    ),
)

_WEEKLY_END = (60, 50, 20, 10, 5, 2, 0)
"""Working days before an end: 12 and 10 weeks are what practice uses to prepare an extension."""
_EXPERTS = LadderRung(
    "expertteam", f"{DESK_KIND}expertteam", at=Delay(-10), top=True, recheck=Delay(2), form=True
)
_PLACE_LADDER = (
    LadderRung("zorgmakelaar", f"{DESK_KIND}zorgmakelaar", at=Delay(-29)),
    LadderRung("teammanager", "teammanager", at=Delay(-12)),
    _EXPERTS,
)
_REQUEST_LADDER = (
    LadderRung("toegang", f"{DESK_KIND}toegang", at=Delay(1)),
    LadderRung("teammanager", "teammanager", at=Delay(3)),
)


def _hours(count: int) -> Delay:
    return Delay(count, DelayUnit.HOURS)


_URGENT_LADDER = (
    LadderRung("inkoop", f"{DESK_KIND}inkoop", at=_hours(1), accept_within=_hours(2), solve_within=_hours(2)),
    LadderRung("teammanager", "teammanager", at=_hours(4), accept_within=_hours(1), solve_within=_hours(2)),
)

BUILT_IN_DATES = (
    Norm(
        code="maatregel",
        title="einde van de maatregel",
        length=Length(1, Unit.DAYS),
        counting=Counting.LAST_DAY,
        starts=((FactKind.MEASURE_ENDS,),),
        evidence=(FactKind.END_DECIDED,),
        source="beschikking; art. 1:258 en 1:260 BW",
        expires=True,
        not_measures=frozenset({"vots"}),
        cadence=Cadence(protector_before=_WEEKLY_END, manager_before=(20, 5, 0)),
    ),
    Norm(
        code="vots",
        title="einde van de voorlopige maatregel",
        length=Length(1, Unit.DAYS),
        counting=Counting.LAST_DAY,
        starts=((FactKind.MEASURE_ENDS,),),
        evidence=(FactKind.END_DECIDED,),
        source="beschikking; art. 1:257 lid 2 BW",
        expires=True,
        measures=frozenset({"vots"}),
        cadence=Cadence(protector_before=(30, 20, 10, 5, 2, 0), manager_before=(10, 5, 0)),
    ),
    Norm(
        code="rvdk",
        title="Raad voor de Kinderbescherming ingelicht, als er geen verlenging komt",
        length=Length(2, Unit.MONTHS),
        counting=Counting.BACK,
        starts=((FactKind.MEASURE_ENDS,),),
        evidence=(FactKind.COUNCIL_TOLD,),
        source="art. 1:265j lid 1 en 3 BW",
        measures=frozenset({"ots"}),
        cadence=Cadence(protector_before=(10, 5, 0), manager_before=(0,), after=(1, 3)),
    ),
    Norm(
        code=COUPLING,
        title="nieuwe jeugdbeschermer",
        length=Length(1, Unit.WORKING_DAYS),
        item_kind=COUPLING,
        starts=((FactKind.UNCOUPLED,),),
        evidence=(FactKind.RECOUPLED,),
        source="Regiorapport inspecties 2021, norm 1",
        cadence=Cadence(
            protector_before=(), manager_before=(1, 0), manager_daily_while_uncoupled=True, after=(1, 2, 3, 5)
        ),
        ladder=(
            LadderRung("teammanager", "teammanager", at=Delay(2), accept_within=Delay(1)),
            LadderRung("instelling", "instelling"),
        ),
    ),
    Norm(
        code=HANDOVER,
        title="overdracht aan de vaste jeugdbeschermer",
        length=Length(1, Unit.DAYS),
        counting=Counting.ON,
        item_kind=HANDOVER,
        starts=((FactKind.HANDOVER_PLANNED,),),
        evidence=(FactKind.HANDOVER_TALK,),
        party=FactKind.HANDOVER_PLANNED,
        source="Regiorapport inspecties 2021; Verbeterplan NW4 2022",
        cadence=Cadence(protector_before=(5, 1, 0), manager_before=(0,)),
    ),
    Norm(
        code="machtiging",
        title="einde van de machtiging",
        length=Length(1, Unit.DAYS),
        counting=Counting.LAST_DAY,
        item_kind="machtiging",
        starts=((FactKind.ITEM_ENDS,),),
        evidence=(FactKind.ITEM_DECIDED, FactKind.ITEM_PLACE),
        source="beschikking; art. 1:265c lid 1 en 2 BW; art. 6.1.12 lid 2 Jeugdwet",
        expires=True,
        cadence=Cadence(protector_before=_WEEKLY_END, manager_before=(20, 5, 0)),
        ladder=(LadderRung("teammanager", "teammanager", at=Delay(-9)),),
    ),
    Norm(
        code="ongebruikt",
        title="machtiging vervalt als die niet wordt uitgevoerd",
        length=Length(3, Unit.MONTHS),
        item_kind="machtiging",
        starts=((FactKind.ITEM_STARTED,),),
        evidence=(FactKind.ITEM_EXECUTED,),
        source="art. 1:265c lid 3 BW; art. 6.1.12 lid 3 Jeugdwet",
        expires=True,
        cadence=Cadence(protector_before=(20, 10, 5, 2, 0), manager_before=(5, 0), weekly_after=False),
    ),
    Norm(
        code="crisisplek",
        title="einde van de crisisplek",
        length=Length(12, Unit.WEEKS),
        counting=Counting.LAST_DAY,
        item_kind="crisisplek",
        starts=((FactKind.ITEM_ENDS,),),
        evidence=(FactKind.ITEM_PLACE,),
        source="Regiorapport inspecties 2021: maximaal 12 weken",
        expires=True,
        cadence=Cadence(protector_before=(30, 20, 15, 10, 5, 2, 0), manager_before=(10, 5, 2, 0)),
        ladder=_PLACE_LADDER,
    ),
    Norm(
        code="verhuizing",
        title="plek moet leeg zijn",
        length=Length(1, Unit.DAYS),
        counting=Counting.LAST_DAY,
        item_kind="verhuizing",
        starts=((FactKind.ITEM_ENDS,),),
        evidence=(FactKind.ITEM_PLACE,),
        source="Regiorapport inspecties 2021",
        expires=True,
        cadence=Cadence(protector_before=(30, 20, 10, 5, 2, 0), manager_before=(10, 5, 0)),
        ladder=_PLACE_LADDER,
    ),
    Norm(
        code="toestemming",
        title="navragen: vervangende toestemming",
        length=Length(1, Unit.DAYS),
        counting=Counting.ON,
        item_kind="toestemming",
        starts=((FactKind.ITEM_ENDS,),),
        evidence=(FactKind.ITEM_DECIDED,),
        source="Regiorapport inspecties 2021, Westfriesland",
        cadence=Cadence(protector_before=(2, 0), manager_before=()),
    ),
    Norm(
        code="achttien",
        title="plan voor 18 jaar en ouder klaar",
        length=Length(1, Unit.DAYS),
        counting=Counting.ON,
        item_kind="achttien",
        starts=((FactKind.ITEM_ENDS,),),
        evidence=(FactKind.ITEM_DONE,),
        source="Regiorapport inspecties 2021",
        cadence=Cadence(protector_before=(60, 20, 5, 0), manager_before=(0,)),
    ),
    Norm(
        code="toegang",
        title="antwoord van de lokale toegang",
        length=Length(6, Unit.WEEKS),
        item_kind="toegang",
        starts=((FactKind.REQUEST_SENT,),),
        evidence=(FactKind.REQUEST_ANSWERED,),
        source="Regiorapport inspecties 2021, Westfriesland: zes weken",
        cadence=Cadence(protector_before=(10, 0), manager_before=(), after=(3,)),
        ladder=_REQUEST_LADDER,
    ),
    Norm(
        code="maatwerk",
        title="antwoord op maatwerk",
        length=Length(2, Unit.WEEKS),
        item_kind="maatwerk",
        starts=((FactKind.REQUEST_SENT,),),
        evidence=(FactKind.REQUEST_ANSWERED,),
        source="Regiorapport inspecties 2021, Zuid-Kennemerland; twee weken is een keuze",
        cadence=Cadence(protector_before=(2, 0), manager_before=(), after=(3,)),
        ladder=_REQUEST_LADDER,
    ),
    Norm(
        code="spoed",
        title="spoedakkoord",
        length=Length(0, Unit.DAYS),
        item_kind="spoed",
        starts=((FactKind.REQUEST_SENT,),),
        evidence=(FactKind.REQUEST_ANSWERED,),
        source="Regiorapport inspecties 2021, Haarlemmermeer; dezelfde dag is een keuze",
        cadence=Cadence(protector_before=(), manager_before=(), after=(1,)),
        ladder=_URGENT_LADDER,
    ),
    Norm(
        code="tafel",
        title="uitkomst van de tafel",
        length=Length(2, Unit.WEEKS),
        item_kind="tafel",
        starts=((FactKind.REQUEST_SENT,),),
        evidence=(FactKind.REQUEST_ANSWERED,),
        source="raadsinformatiebrief Haarlem 2021; twee weken is een keuze",
        cadence=Cadence(protector_before=(0,), manager_before=(), after=(3,)),
        ladder=_REQUEST_LADDER,
    ),
)
"""Every clock beside the three norms. `LAST_DAY` with a length counts that from the item's beginning while no
end is known."""

REASONS = (
    Choice("wachtlijst", "wachtlijst bij de aanbieder"),
    Choice("plafond", "budgetplafond of opnamestop"),
    Choice("gemeente", "wachten op de gemeente"),
    Choice("contract", "hulp is niet gecontracteerd"),
    Choice("aanbod", "passend aanbod bestaat niet"),
    Choice("rechter", "wachten op de rechter of de Raad"),
    Choice("gezin", "gezin of netwerk nog niet zover"),
    Choice("bezetting", "bezetting bij de instelling"),
    Choice("plaats", "er is geen plek"),
    Choice("anders", "andere reden"),
)
"""Why a term is late or not reached yet (D11): what adds up to what the region must solve."""

HELP_KINDS = (
    Choice("ambulant", "ambulante hulp"),
    Choice("gezin", "gezinsbehandeling"),
    Choice("ggz", "jeugd-ggz"),
    Choice("verblijf", "verblijf"),
    Choice("crisis", "crisishulp"),
    Choice("dagbesteding", "dagbesteding"),
    Choice("anders", "andere hulp"),
)
"""Kinds of help that are picked and kept; no chat, mail or calendar repeats them."""

BLOCKER_KINDS = (
    Choice("plafond", "budgetplafond bereikt"),
    Choice("opnamestop", "opnamestop"),
    Choice("wachtlijst", "wachtlijst"),
    Choice("contract", "geen contract"),
    Choice("procedure", "procedure van de gemeente"),
)

APPLICATION_FORM = (
    Choice("vraag", "wat het expertteam wordt gevraagd"),
    Choice("geprobeerd", "wat al is geprobeerd"),
)
"""What an application to an expert team asks beside who applied; the answers are guarded text on a page."""
