"""A case file by page: a report first, a button imports; what is not right changes nothing."""

import pytest

from core.errors import Refused
from core.people import Role
from tests.factories import csv_of
from web import uploading

ROW = {
    "zaak": "GIA-2026-0077",
    "gi": "GIA",
    "gemeente": "hoorn",
    "maatregel": "ots",
    "in_kennis_gesteld": "2026-09-04",
    "jeugdbeschermer": "jb-1",
}


@pytest.fixture
def steward(office, signed_in):
    office.add("gd-1", Role.DATA_STEWARD)
    return signed_in("gd-1")


def send(session, content: bytes, name: str = "zaken.csv", **fields: str):
    return session.post("/bestand", fields, files={"bestand": (name, content, "text/csv")})


def field(page, name: str) -> str:
    return page.text.partition(f'name="{name}" value="')[2].partition('"')[0]


def known(office) -> bool:
    try:
        office.case("GIA-2026-0077")
    except Refused:
        return False
    return True


def test_a_file_is_reported_on_first_and_a_button_imports_it_once(office, steward, says) -> None:
    assert "hooguit 50 MB" in says(steward.get("/bestand"))
    report = send(steward, csv_of(ROW))
    assert report.status_code == 200
    assert "1 rij: 1 nieuw, 0 gewijzigd, 0 ongewijzigd." in says(report)
    assert "1 persoon een bericht krijgen" in says(report)
    assert not known(office)
    token = field(report, "token")
    done = steward.post("/bestand/inlezen", {"token": token})
    assert "Ingelezen zaken.csv 1 rij: 1 nieuw" in says(done)
    assert office.case("GIA-2026-0077").protector == "jb-1"
    again = steward.post("/bestand/inlezen", {"token": token})
    assert "Dit bestand is niet meer bewaard" in says(again)


def test_a_file_can_be_let_go(office, steward) -> None:
    token = field(send(steward, csv_of(ROW)), "token")
    assert steward.post("/bestand/weg", {"token": token}).headers["location"] == "/bestand"
    steward.post("/bestand/inlezen", {"token": token})
    assert not known(office)


def test_rows_that_are_not_right_are_named_and_nothing_is_kept(office, steward, says) -> None:
    report = send(steward, csv_of(ROW, ROW | {"zaak": "GIA-2026-0078", "uitspraak": "31-2-2026"}))
    text = says(report)
    assert "Niet ingelezen zaken.csv 2 rijen: 1 nieuw" in text
    assert "Regel 3, kolom uitspraak. De dag '31-2-2026' bestaat niet." in text
    assert 'action="/bestand/inlezen"' not in report.text
    assert not known(office)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Dit bestand is leeg."),
        (b"%PDF-1.7 niets", "Dit is geen CSV- of XLSX-bestand"),
        (b"PK\x03\x04kapot", "Dit is geen CSV- of XLSX-bestand"),
        (b"zaak;gi;naam\nx;GIA;y\n", "Deze kolom ken ik niet."),
    ],
    ids=["empty", "pdf", "broken xlsx", "unknown column"],
)
def test_what_is_no_case_file_is_said_plainly(steward, says, content, sentence) -> None:
    answer = send(steward, content)
    assert answer.status_code == 400
    assert sentence in says(answer)
    assert "Er is niets bewaard." in says(answer)


def test_a_form_without_a_file_is_refused(steward, says) -> None:
    for answer in (steward.post("/bestand", files={}), send(steward, b"", name="")):
        assert answer.status_code == 400
        assert "Kies een bestand." in says(answer)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"geen grens"),
        ("multipart/form-data; boundary=x", b"rommel zonder grens"),
        ("multipart/form-data; boundary=x", b"--x\r\nrommel"),
        ("application/json", b"{}"),
    ],
    ids=["no boundary", "no part", "broken part", "another kind"],
)
def test_a_malformed_upload_is_refused(steward, says, kind, body) -> None:
    headers = {"cookie": f"termijnwacht={steward.secret}", "content-type": kind}
    answer = steward.browser.request("POST", "/bestand", content=body, headers=headers)
    assert answer.status_code == 400
    assert "Kies een bestand." in says(answer)


def test_a_file_over_the_limit_is_refused_and_not_kept(
    office, steward, says, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "LARGEST", 30_000)
    for size in (30_001, 200_000):
        answer = send(steward, b"x" * size)
        assert answer.status_code == 413
        assert "Dit bestand is te groot" in says(answer)


def test_an_endless_upload_is_not_read_for_ever(office, steward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "LARGEST", 30_000)
    monkeypatch.setattr(uploading, "_READ_AT_MOST", 300_000)
    taken = 0

    async def endless():
        nonlocal taken
        yield b'--x\r\nContent-Disposition: form-data; name="bestand"; filename="z.csv"\r\n\r\n'
        for _ in range(10_000):
            taken += 10_000
            yield b"x" * 10_000

    headers = {
        "cookie": f"termijnwacht={steward.secret}",
        "content-type": "multipart/form-data; boundary=x",
    }
    answer = steward.browser.request("POST", "/bestand", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert taken < 1_000_000


def test_without_the_token_of_the_form_nothing_is_kept(office, steward) -> None:
    before = office.everything()
    assert send(steward, csv_of(ROW), formulier="verzonnen").status_code == 403
    assert office.everything() == before


def test_who_may_import_nothing_is_refused_before_anything_is_read(office, web, signed_in, says) -> None:
    session = signed_in("jb-1")
    before = office.everything()
    refused = send(session, csv_of(ROW))
    assert refused.status_code == 403
    assert "Je mag dit niet (zaken inlezen)" in says(refused)
    unknown = web.request("POST", "/bestand", files={"bestand": ("zaken.csv", csv_of(ROW), "text/csv")})
    assert unknown.status_code == 303
    assert office.everything() == before


def test_a_file_of_somebody_else_cannot_be_imported_or_let_go(office, steward, signed_in) -> None:
    office.add("gd-2", Role.DATA_STEWARD)
    token = field(send(steward, csv_of(ROW)), "token")
    other = signed_in("gd-2")
    assert other.post("/bestand/inlezen", {"token": token}).status_code == 404
    assert other.post("/bestand/weg", {"token": token}).status_code == 404
    assert not known(office)
    steward.post("/bestand/inlezen", {"token": token})
    assert known(office)


def test_another_institution_is_refused_row_by_row(steward, says) -> None:
    report = send(steward, csv_of(ROW | {"gi": "GIB", "jeugdbeschermer": ""}))
    assert "Regel 2, kolom gi. Je mag dit niet (zaken inlezen)" in says(report)


def test_many_rows_of_another_institution_are_one_refusal(steward, says) -> None:
    row = ROW | {"gi": "GIB", "jeugdbeschermer": ""}
    text = says(send(steward, csv_of(*(row | {"zaak": f"GIB-2026-{n:04}"} for n in range(1, 41)))))
    assert text.count("Je mag dit niet") == 1
    assert "Regel 2 en nog 39 regels, kolom gi. Je mag dit niet (zaken inlezen)" in text
    assert "Er is meer niet goed" not in text


def test_a_bsn_in_a_file_is_not_shown_back(steward) -> None:
    page = send(steward, csv_of(ROW | {"gemeente": "123456782"}))
    assert "Niet ingelezen" in page.text
    assert "123456782" not in page.text


@pytest.mark.parametrize("sent", ["C:\\map\\zaken.csv", "../../etc/zaken.csv"])
def test_the_name_is_bare(steward, says, sent) -> None:
    assert "Wat dit bestand doet zaken.csv " in says(send(steward, csv_of(ROW), name=sent))
