import logging

import pytest


def test_front_page_says_what_this_is_in_dutch(web) -> None:
    answer = web.get("/")
    assert answer.status_code == 200
    assert '<html lang="nl">' in answer.text
    assert "Op tijd voor ieder kind" in answer.text


@pytest.mark.parametrize("path", ["/", "/style.css", "/healthz", "/nergens", "/a/onbekend"])
def test_every_answer_is_safe_to_show(web, path) -> None:
    headers = web.get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex, nofollow"


def test_what_stands_behind_a_token_is_stored_nowhere(web) -> None:
    assert web.get("/a/onbekend").headers["cache-control"] == "no-store"


def test_pages_use_no_script_and_nothing_from_elsewhere(web) -> None:
    text = web.get("/").text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_healthz_is_ok_even_when_not_ready(web, ready) -> None:
    ready["ready"] = False
    assert (web.get("/healthz").status_code, web.get("/healthz").text) == (200, "ok")


@pytest.mark.parametrize(("able", "status"), [(True, 200), (False, 503)])
def test_readyz_tells_whether_it_can_work(web, ready, able, status) -> None:
    ready["ready"] = able
    answer = web.get("/readyz")
    assert (answer.status_code, answer.json()) == (status, {"ready": able})


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/nergens"])
def test_an_unknown_page_is_a_dutch_404(web, path) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert "Deze bladzijde is er niet" in answer.text


def test_a_method_that_is_not_there_keeps_its_own_status(web) -> None:
    answer = web.request("DELETE", "/a/iets")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


def test_a_defect_is_told_without_the_token(
    web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "kapot"
        raise RuntimeError(message)

    monkeypatch.setattr("web.coming.look_up", broken)
    with caplog.at_level(logging.DEBUG):
        answer = web.get("/a/geheim-geheim")
    assert answer.status_code == 500
    assert "Er ging iets mis" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert "geheim-geheim" not in " ".join(ours)
