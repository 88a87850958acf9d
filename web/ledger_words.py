"""What a fact of a case is about and what was picked with it, in words for who may see the case."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.dates import END_OUTCOMES, EXTENSION_REASONS, Choice
from core.facts import EXPLANATIONS, Fact, FactKind, kind_of_item
from core.rules import Rules
from services.actions import Offered
from services.case_views import CaseView
from templates import known_phrases, phrase, phrase_or, term_name


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact with what it is about, what was picked, and the link to take it back."""

    fact: Fact
    about: str
    picked: str
    back: Offered | None


def shown_facts(rules: Rules, case: CaseView, back: Mapping[FactKind, Offered]) -> tuple[ShownFact, ...]:
    """Return what stands, oldest first."""
    return tuple(
        ShownFact(fact, item_name(fact.item), picked_words(rules, fact), back.get(fact.kind))
        for fact in case.facts
        if fact.withdrawn_at is None
    )


def item_name(item: str | None) -> str:
    """Return what an item of a case is called, nothing for the case itself."""
    if item is None:
        return ""
    kind, _, number = item.partition(".")
    own = kind in known_phrases()["item"]
    return phrase(f"item.{kind}", number=number) if own else term_name(item)


def picked_words(rules: Rules, fact: Fact) -> str:
    """Return the words for what was picked with a fact."""
    value = fact.value or ""
    if fact.kind is FactKind.HELP_STARTED:
        return phrase_or("fit", value, value)
    if fact.kind is FactKind.HELP_CONTRACTED:
        return phrase_or("contract", value, value)
    if fact.kind is FactKind.PROTECTOR_COUPLED:
        return f"{value} ({phrase(f'coupling.{fact.detail}')})" if fact.detail else value
    if fact.kind is FactKind.HELP_ASKED:
        asked_of = phrase_or("asked_of", fact.detail or "", fact.detail or "")
        return ", ".join(word for word in (label(rules.escalation.help_kinds, value), asked_of) if word)
    if fact.kind is FactKind.REQUEST_SENT:
        return phrase("item.hulpvraag", number=value) if value else ""
    return label(_choices(rules, fact), value)


def label(choices: Mapping[str, Choice], code: str) -> str:
    """Return the words of a choice, or the code itself where it is no choice any more."""
    found = choices.get(code)
    return found.label if found else code


def _choices(rules: Rules, fact: Fact) -> Mapping[str, Choice]:
    if fact.kind in EXPLANATIONS:
        return rules.escalation.reasons
    if fact.kind is FactKind.END_DECIDED:
        return {one.code: one for one in END_OUTCOMES}
    if fact.kind is FactKind.MEASURE_ENDS:
        return {one.code: one for one in EXTENSION_REASONS}
    kind = rules.escalation.item_kinds.get(kind_of_item(fact.item or ""))
    return {one.code: one for one in (*kind.outcomes, *kind.reasons)} if kind else {}
