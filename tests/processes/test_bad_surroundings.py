"""What a process meets on a bad day: each is said in a sentence, and nothing is half done."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.processes.conftest import fill
from tests.processes.installation import HEADER, Installation, case_file

NOBODY = 65534
FULL = "De schijf is vol. Er is niets bewaard."
TROUBLE = "De schijf weigert te lezen of te schrijven. Er is niets bewaard. Controleer of er ruimte is"
WITHOUT_PRIVILEGE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", "--")
"""Lets root obey the permissions of files, as everybody else does."""


@pytest.fixture
def on_small_disk(small_disk: Path, fresh: Path) -> Installation:
    for name in ("config.toml", "termijnwacht.db"):
        shutil.copy(fresh / name, small_disk)
    return Installation(small_disk)


@pytest.mark.parametrize(("left", "said"), [(0, TROUBLE), (300_000, FULL)])
def test_a_full_disk_keeps_nothing_of_an_import_and_all_that_was_there(
    on_small_disk: Installation, left: int, said: str
) -> None:
    installation = on_small_disk
    (installation.folder / "one.csv").write_text(case_file(1))
    (installation.folder / "many.csv").write_text(case_file(1500))
    assert installation.run("import", "one.csv", "--yes").status == 0
    filler = fill(installation.folder, left)
    done = installation.run("import", "many.csv", "--yes")
    assert (done.status, done.err.startswith(said)) == (1, True), done.err
    assert len(done.err.splitlines()) == 1
    filler.unlink()
    assert installation.cases() == 1
    assert installation.run("import", "many.csv", "--yes").status == 0
    assert installation.cases() == 1500


def test_on_a_full_disk_init_leaves_no_half_a_configuration(small_disk: Path) -> None:
    installation = Installation(small_disk)
    filler = fill(small_disk)
    done = installation.run("init")
    assert done.status == 1
    assert done.err.startswith("bestand config.toml: ")
    assert sorted(path.name for path in small_disk.iterdir()) == ["filler"]
    filler.unlink()
    assert installation.run("init").status == 0


def test_a_quota_that_is_reached_is_said_and_keeps_nothing(installation: Installation) -> None:
    (installation.folder / "many.csv").write_text(case_file(1500))
    size = (installation.folder / "termijnwacht.db").stat().st_size
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    done = installation.run("import", "many.csv", "--yes", before=limit)
    assert done.status == 1
    assert "Er is niets bewaard." in done.err
    assert "Er ging iets mis" not in done.err
    assert installation.cases() == 0


@pytest.fixture
def obeying() -> tuple[str, ...]:
    """Return what to put before a command so that it obeys permissions; skips by name where root cannot."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root obeys no permissions here, and setpriv is not there to make it")
    return WITHOUT_PRIVILEGE


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("import", "one.csv", "--yes"), "In de database kan ik niet schrijven."),
        (("run",), "bestand termijnwacht.db.lock: Hier kan ik niet schrijven."),
        (("tick",), "bestand termijnwacht.db.lock: Hier kan ik niet schrijven."),
        (("init", "--config", "other.toml"), "bestand other.toml: Hier kan ik niet schrijven."),
    ],
)
def test_without_write_permission_a_command_says_so_and_changes_nothing(
    installation: Installation, obeying: tuple[str, ...], command: tuple[str, ...], said: str
) -> None:
    folder = installation.folder
    (folder / "one.csv").write_text(case_file(1))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    try:
        done = installation.run(*command, prefix=obeying)
    finally:
        folder.chmod(0o755)
    assert (done.status, done.err.startswith(said)) == (1, True), done.err
    assert len(done.err.splitlines()) == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(installation: Installation) -> None:
    with (installation.folder / "huge.csv").open("wb") as file:
        file.write(case_file(2).encode())
        file.truncate(5_000_000_000)
    memory = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2)"
    done = installation.run("import", "huge.csv", before=memory)
    assert done.status == 1
    assert done.err == (
        "bestand huge.csv: Dit bestand is te groot (5000.0 MB). Hooguit 60 MB kan. Splits het.\n"
    )


def test_fifty_megabytes_of_cases_that_are_not_right_keep_nothing(installation: Installation) -> None:
    row = ";".join(["GIA-2026-0001", "GIA", "Hoorn", "ots", "x" * 4100]) + "\n"
    file = installation.folder / "large.csv"
    file.write_text(f"{HEADER}\n{row * 12_500}")
    assert file.stat().st_size > 50_000_000
    done = installation.run("import", "large.csv", "--yes")
    assert done.status == 1
    assert "Geweigerd: 12500" in done.out
    assert done.err == (
        "bestand large.csv, regel 2 en nog 9999 regels, kolom uitspraak: Dit lees ik niet als een datum."
        " Schrijf jjjj-mm-dd of d-m-jjjj, bijvoorbeeld 2026-09-01 of 1-9-2026.\n"
    )
    assert "2500 worden hier niet genoemd" in done.out
    assert installation.cases() == 0


def test_a_zip_bomb_as_xlsx_is_refused_in_little_memory(installation: Installation) -> None:
    zeros = b"0" * 10_000_000
    path = installation.folder / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bomb,
        bomb.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for _ in range(50):
            sheet.write(zeros)
    memory = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1_200_000_000,) * 2)"
    done = installation.run("import", "bomb.xlsx", before=memory)
    assert done.status == 1
    assert done.err == (
        "bestand bomb.xlsx: Dit bestand wordt uitgepakt veel groter dan een lijst met zaken kan zijn."
        " Bewaar het opnieuw als XLSX of CSV.\n"
    )
    assert installation.cases() == 0
