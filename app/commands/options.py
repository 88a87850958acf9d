"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_CONFIG = Path("config.toml")

ConfigFile = Annotated[
    Path,
    typer.Option(
        "--config",
        envvar="TERMIJNWACHT_CONFIG",
        metavar="BESTAND",
        show_default=False,
        help="Het configuratiebestand (anders $TERMIJNWACHT_CONFIG of config.toml).",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Geeft JSON in plaats van tekst.")]
