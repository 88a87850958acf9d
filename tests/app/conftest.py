"""Loading a configuration from text."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from app.config import Config, load_config
from core.errors import Problem, Refused

Load = Callable[..., Config]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write `text` (and further files) and load it."""

    def load_text(text: str, environ: Mapping[str, str] | None = None, **files: str) -> Config:
        for name, content in files.items():
            (tmp_path / f"{name}.toml").write_text(content, encoding="utf-8")
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return load_config(path, environ or {})

    return load_text


@pytest.fixture
def refused(load: Load) -> Callable[..., tuple[Problem, ...]]:
    def problems(text: str, environ: Mapping[str, str] | None = None, **files: str) -> tuple[Problem, ...]:
        with pytest.raises(Refused) as caught:
            load(text, environ, **files)
        return caught.value.problems

    return problems
