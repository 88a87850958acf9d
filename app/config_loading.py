"""Configuration files, their includes, the environment and secret files, merged into one table of values."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

from app.config_models import Config
from app.config_problems import Loc, Place, dotted, field_at, problems_of, unknown_key
from app.config_table import Table
from core.errors import Problem, ProblemCode, Refused

PREFIX = "TERMIJNWACHT_"
_SQLITE = "sqlite:///"
_IN_ITS_PLACE = ("/", ":memory:", "file:")
_AT_LINE = re.compile(r"^(.*) \(at line (\d+), column (\d+)\)$", re.DOTALL)


def load_config(path: Path, environ: Mapping[str, str]) -> Config:
    """Return the checked configuration of `path`, its includes and the `TERMIJNWACHT_…` variables.

    A relative path in it, of a secret's file or of an SQLite database, is seen from the file that names it;
    in a variable from the current folder.

    Raises `Refused` with every problem found; details hold `file`, `key`, `rule`, `expected` and `closest`,
    never a secret.
    """
    gathered = Gathered(Place(str(path), (), path.parent))
    gathered.take_file(path, ())
    if gathered.problems:
        raise Refused(*gathered.problems)
    gathered.take_environment(environ)
    gathered.take_secret_files()
    try:
        config = Config.model_validate(gathered.values)
    except ValidationError as error:
        raise Refused(*gathered.problems, *problems_of(Config, error, gathered.place_of)) from None
    if gathered.problems:
        raise Refused(*gathered.problems)
    return _with_database_from(gathered.place_of(("database", "url")).base, config)


def _with_database_from(base: Path, config: Config) -> Config:
    """Return the configuration with the file of an SQLite database seen from a folder."""
    url = config.database.url.get_secret_value()
    file = url.removeprefix(_SQLITE)
    if not url.startswith(_SQLITE) or base == Path() or file.startswith(_IN_ITS_PLACE):
        return config
    placed = f"{_SQLITE}{quote(str(base))}/{file}"
    database = config.database.model_copy(update={"url": SecretStr(placed)})
    return config.model_copy(update={"database": database})


class _Environment(Config, BaseSettings):
    """The shape of the configuration, for what reads environment variables."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__")


class _OneVariable(EnvSettingsSource):
    """Reads one given environment variable, so that what is wrong with it can be told apart."""

    def __init__(self, name: str, value: str) -> None:
        self._variable = {name.lower(): value}
        super().__init__(_Environment)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._variable


@dataclass
class Gathered:
    """Merged values, and of each the place it came from."""

    root: Place
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _origins: dict[Loc, Place] = field(default_factory=dict)
    _files: set[Path] = field(default_factory=set)

    def place_of(self, loc: Loc) -> Place:
        """Return the file or variable that holds `loc`, and where in it."""
        for length in range(len(loc), 0, -1):
            origin = self._origins.get(loc[:length])
            if origin:
                return Place(origin.file, origin.loc + loc[length:], origin.base)
        return Place(self.root.file, loc, self.root.base)

    def take_file(self, path: Path, including: tuple[Path, ...], named_at: Place | None = None) -> None:
        """Merge a file, then what it includes: tables merge, arrays of tables append, no key comes twice."""
        place = named_at or self.root
        if path.resolve() in self._files:
            cyclic = path.resolve() in including
            code = ProblemCode.CONFIG_IMPOSSIBLE_RULE if cyclic else ProblemCode.CONFIG_DOUBLE
            self._refuse(code, place, rule="include_cycle" if cyclic else "include_twice", value=str(path))
            return
        self._files.add(path.resolve())
        values = self._read(path, named_at)
        includes = self._includes(values, path)
        self._merge(values, self.values, Place(str(path), (), path.parent), ())
        for index, name in enumerate(includes):
            named = Place(str(path), ("include", index), path.parent)
            self.take_file(path.parent / name, (*including, path.resolve()), named)

    def _read(self, path: Path, named_at: Place | None) -> dict[str, Any]:
        place = named_at or self.root
        try:
            text = path.read_bytes().decode("utf-8-sig")
            return tomllib.loads(text)
        except FileNotFoundError:
            code = ProblemCode.CONFIG_DANGLING if named_at else ProblemCode.CONFIG_MISSING
            self._refuse(code, place, rule="file_missing", value=str(path))
        except (OSError, UnicodeDecodeError) as error:
            rule = "not_utf8" if isinstance(error, UnicodeDecodeError) else "not_readable"
            self._refuse(ProblemCode.CONFIG_UNREADABLE, place, rule=rule, value=str(path))
        except tomllib.TOMLDecodeError as error:
            self.problems.append(_syntax_problem(str(error), text, path))
        return {}

    def _includes(self, values: dict[str, Any], path: Path) -> list[str]:
        names = values.pop("include", [])
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            return names
        place = Place(str(path), ("include",), path.parent)
        expected = '["examples/noord-holland.toml"]'
        self._refuse(ProblemCode.CONFIG_WRONG_VALUE, place, rule="include", expected=expected)
        return []

    def _merge(self, values: dict[str, Any], into: dict[str, Any], place: Place, at: Loc) -> None:
        for key, value in values.items():
            loc = (*at, key)
            if isinstance(value, dict) and isinstance(into.get(key, {}), dict):
                self._origins.setdefault(loc, Place(place.file, loc, place.base))
                self._merge(value, into.setdefault(key, {}), place, loc)
            elif _is_rows(value) and _is_rows(into.get(key, [])):
                self._append(value, into.setdefault(key, []), place, loc)
            elif key in into:
                first = self.place_of(loc).file
                here = Place(place.file, loc, place.base)
                self._refuse(ProblemCode.CONFIG_DOUBLE, here, rule="key_twice", first=first)
            else:
                self._origins[loc] = Place(place.file, loc, place.base)
                into[key] = value

    def _append(self, rows: list[Any], into: list[Any], place: Place, loc: Loc) -> None:
        for index, row in enumerate(rows):
            self._origins[*loc, len(into)] = Place(place.file, (*loc, index), place.base)
            into.append(row)

    def take_environment(self, environ: Mapping[str, str]) -> None:
        """Let variables override: `TERMIJNWACHT_TELEGRAM__TOKEN` is `[telegram] token`, an empty one none."""
        named = {name: value for name, value in environ.items() if value and _is_ours(name)}
        for name in named:
            self._forget_other_form(_loc_of(name))
        for name, value in named.items():
            self._take_variable(name, value, Place(name, _loc_of(name), Path()))

    def _take_variable(self, name: str, value: str, place: Place) -> None:
        if place.loc[0] not in Config.model_fields:
            flaw = unknown_key(str(place.loc[0]), Config)
            self._refuse(flaw.code, place, expected=flaw.expected, closest=flaw.closest)
            return
        try:
            found = _OneVariable(name, value)()
        except SettingsError:
            self._refuse(ProblemCode.CONFIG_WRONG_VALUE, place, rule="json")
            return
        self._origins[place.loc] = place
        _override(self.values, _typed(found, ()))

    def _forget_other_form(self, loc: Loc) -> None:
        """Drop a file's secret for a variable's secret file, and the other way around."""
        for table, key in SECRETS:
            if loc in ((table, key), (table, f"{key}_file")) and isinstance(self.values.get(table), dict):
                self.values[table].pop(key, None)
                self.values[table].pop(f"{key}_file", None)

    def take_secret_files(self) -> None:
        """Read every `<key>_file` into its key; both given is refused."""
        for table, key in SECRETS:
            values = self.values.get(table)
            name = values.get(f"{key}_file") if isinstance(values, dict) else None
            if not isinstance(values, dict) or not isinstance(name, str):
                continue
            place = self.place_of((table, f"{key}_file"))
            self._origins[table, key] = place
            if key in values:
                first = dotted((table, key))
                self._refuse(ProblemCode.CONFIG_DOUBLE, place, rule="secret_and_file", first=first)
            elif (secret := self._secret(place, name)) is not None:
                values[key] = secret

    def _secret(self, place: Place, name: str) -> str | None:
        try:
            return (place.base / name).read_text("utf-8-sig").strip()
        except FileNotFoundError:
            self._refuse(ProblemCode.CONFIG_DANGLING, place, rule="file_missing", value=name)
        except (OSError, UnicodeDecodeError):
            self._refuse(ProblemCode.CONFIG_UNREADABLE, place, rule="not_readable", value=name)
        return None

    def _refuse(self, code: ProblemCode, place: Place, *, value: str | None = None, **details: str) -> None:
        filled = {"rule": "", "expected": "", "closest": ""} | details
        self.problems.append(Problem(code, {**place.details, **filled}, value=value))


def _secrets() -> Iterator[tuple[str, str]]:
    for table, info in Config.model_fields.items():
        model = info.annotation
        if isinstance(model, type) and issubclass(model, Table):
            yield from ((table, key) for key in model.model_fields if f"{key}_file" in model.model_fields)


SECRETS = tuple(_secrets())
"""Table and key of every secret."""


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) and ("__" in name or _loc_of(name)[0] in Config.model_fields)


def _loc_of(name: str) -> Loc:
    return tuple(name.removeprefix(PREFIX).lower().split("__"))


def _typed(values: dict[str, Any], at: Loc) -> dict[str, Any]:
    """Turn a variable's text into the yes or the number that its key wants; what cannot be stays text."""
    return {
        key: _typed(value, (*at, key)) if isinstance(value, dict) else _typed_scalar(value, (*at, key))
        for key, value in values.items()
    }


def _typed_scalar(value: object, loc: Loc) -> object:
    info = field_at(Config, loc)
    if info is None or info.annotation not in (bool, int) or not isinstance(value, str):
        return value
    try:
        return TypeAdapter(info.annotation).validate_python(value)
    except ValidationError:
        return value


def _override(values: dict[str, Any], by: dict[str, Any]) -> None:
    for key, value in by.items():
        if isinstance(value, dict) and isinstance(values.get(key), dict):
            _override(values[key], value)
        else:
            values[key] = value


def _syntax_problem(message: str, text: str, path: Path) -> Problem:
    match = _AT_LINE.match(message)
    lines = text.split("\n")
    reason = match[1] if match else message.removesuffix(" (at end of document)")
    line, column = (int(match[2]), int(match[3])) if match else (len(lines), len(lines[-1]) + 1)
    details = {"file": str(path), "key": "", "rule": reason, "expected": "", "closest": ""}
    return Problem(ProblemCode.CONFIG_SYNTAX, details, line=line, column=str(column))
