"""What pydantic found wrong with a configuration, as problems with file, key and what would be right."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from annotated_types import Ge, Le
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from app.config_values import FLAWED, Flaw
from core.errors import Problem, ProblemCode

Loc = tuple[str | int, ...]

_EXPECTED_BY_TYPE = {
    "int_type": "1",
    "bool_type": "true|false",
    "string_type": '"…"',
    "path_type": '"secrets/token"',
    "model_type": "[…]",
    "model_attributes_type": "[…]",
    "tuple_type": "[…]",
}
_QUOTED = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: a file or environment variable, the key, the folder for relative paths."""

    file: str
    loc: Loc
    base: Path

    @property
    def details(self) -> dict[str, str]:
        """Return what a problem tells of the place."""
        return {"file": self.file, "key": dotted(self.loc)}


def dotted(loc: Loc) -> str:
    """Return a key as people write it: `norms[2].reminders.after`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


def problems_of(
    model: type[BaseModel], error: ValidationError, place_of: Callable[[Loc], Place]
) -> list[Problem]:
    """Return a problem for everything that validating `model` found, in the order of its fields."""
    return [
        Problem(flaw.code, {**place_of(loc + flaw.at).details, **_details(flaw)}, value=flaw.value)
        for found in error.errors(include_url=False)
        for loc, flaw in _flaws(model, found)
    ]


def field_at(model: type[BaseModel], loc: Loc) -> FieldInfo | None:
    """Return the field that `loc` names below `model`, or None when there is none."""
    owner, info = _walk(model, loc)
    return info if owner else None


def unknown_key(key: str, owner: type[BaseModel] | None) -> Flaw:
    """Return the refusal of a key that `owner` does not have, with the closest that it has."""
    known = list(owner.model_fields) if owner else []
    return Flaw(
        ProblemCode.CONFIG_UNKNOWN_KEY,
        expected="|".join(known),
        closest=_closest(key, known),
        value=key,
    )


def _walk(model: type[BaseModel], loc: Loc) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """Return the model that owns the last key of `loc`, and its field there."""
    owner: type[BaseModel] | None = model
    below: type[BaseModel] | None = model
    info: FieldInfo | None = None
    for part in loc:
        if isinstance(part, int):
            continue
        owner = below
        info = owner.model_fields.get(part) if owner else None
        below = _model_in(info.annotation) if info else None
    return owner, info


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _details(flaw: Flaw) -> dict[str, str]:
    return {"rule": flaw.rule, "expected": flaw.expected, "closest": flaw.closest}


def _flaws(model: type[BaseModel], found: ErrorDetails) -> Iterable[tuple[Loc, Flaw]]:
    """Return what one pydantic error means, each with the place it is about."""
    loc = tuple(found["loc"])
    owner, info = _walk(model, loc)
    if found["type"] == FLAWED:
        return [(loc, _with_value(flaw, found, info)) for flaw in found["ctx"]["flaws"]]
    if found["type"] == "extra_forbidden":
        return [(loc, unknown_key(str(loc[-1]), owner))]
    if found["type"] == "missing" and isinstance(loc[-1], str):
        return [(loc, Flaw(ProblemCode.CONFIG_MISSING_KEY, expected=_example(info)))]
    if found["type"] == "missing":
        loc = loc[:-1]
    return [(loc, _wrong_value(found, info))]


def _with_value(flaw: Flaw, found: ErrorDetails, info: FieldInfo | None) -> Flaw:
    if flaw.at or flaw.value is not None:
        return flaw
    return replace(flaw, value=_shown(found, info))


def _wrong_value(found: ErrorDetails, info: FieldInfo | None) -> Flaw:
    choices = _QUOTED.findall(str(found.get("ctx", {}).get("expected", "")))
    shown = _shown(found, info)
    return Flaw(
        ProblemCode.CONFIG_WRONG_VALUE,
        expected="|".join(choices) or _range(info) or _example(info, found["type"]),
        closest=_closest(shown, choices) if shown else "",
        value=shown,
    )


def _shown(found: ErrorDetails, info: FieldInfo | None) -> str | None:
    """Return what was given, unless it is or may be a secret."""
    given = found["input"]
    secret = info is None or _holds_secret(info.annotation)
    return str(given) if isinstance(given, str | int | float) and not secret else None


def _holds_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(_holds_secret(part) for part in get_args(annotation))


def _closest(word: str, known: list[str]) -> str:
    return next(iter(difflib.get_close_matches(word, known, n=1)), "")


def _range(info: FieldInfo | None) -> str:
    """Return the bounds of a number, `1-20` or `>=1`."""
    bounds = info.metadata if info else []
    least = next((bound.ge for bound in bounds if isinstance(bound, Ge)), None)
    most = next((bound.le for bound in bounds if isinstance(bound, Le)), None)
    if least is None:
        return ""
    return f">={least}" if most is None else f"{least}-{most}"


def _example(info: FieldInfo | None, wrong_type: str = "") -> str:
    """Return a value that would be right, for a value that is absent or of the wrong type."""
    examples = info.examples if info else None
    if examples:
        return f'"{examples[0]}"' if wrong_type == "string_type" else str(examples[0])
    return _EXPECTED_BY_TYPE.get(wrong_type, "…")
