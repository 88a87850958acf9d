"""Where a command works from: the configuration, the open house, who asks and when."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.config import Config, load_config
from app.moments import present_moment
from app.opening import open_house
from core.people import Actor, command_line
from services.house import House


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a command asks a service with."""

    config: Config
    house: House
    actor: Actor
    now: datetime


def read_config(path: Path) -> Config:
    """Return the checked configuration."""
    return load_config(path, os.environ)


@contextmanager
def desk_at(path: Path) -> Iterator[Desk]:
    """Open the house of a configuration for one command."""
    config = read_config(path)
    house = open_house(config)
    try:
        yield Desk(config, house, somebody(), present_moment())
    finally:
        house.store.close()


def somebody() -> Actor:
    """Return the administrator under the name of the operating-system user."""
    try:
        return command_line(getpass.getuser())
    except (OSError, KeyError):  # a container's user may have no name
        return command_line(f"uid-{os.getuid()}")
