"""The agenda, the submissions and the plan as pages: what each reader sees and does, and what is refused."""

from __future__ import annotations

import re
from datetime import date, timedelta

import httpx
import pytest

from core.errors import Refused
from core.outbox import MessageKind
from core.people import Role
from core.series import Visibility
from services.actions import ActionVerb, Offer
from services.governance.access import Deed
from services.governance.deeds import do
from services.governance.matters import MatterKind, MeetingMatter, Ref
from services.governance.sharing import share_series
from services.governance.showing import show
from services.people import actor_of_person
from tests.factories import deliver
from tests.goldens import Golden, golden_names
from tests.web.conftest import ADMIN, Office, Says, Session, SignIn
from tests.web.governing import govern
from web.matter_paths import path_of, ref_at

MEETING = "/afspraak/overleg/overleg/2026-09-14"
SUBMISSION = "/afspraak/aanlevering/uitvraag/2026-09-10"
ACTION = "/afspraak/actie/plan/werven"


@pytest.fixture(autouse=True)
def _governed(office: Office) -> None:
    govern(office)


def deed(session: Session, path: str, name: str, **fields: str) -> httpx.Response:
    """Open a page and send one of its forms."""
    page = session.get(path)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None, page.text
    return session.post(path, {"deed": name, "version": version[1], **fields})


def meeting(office: Office, on: date = date(2026, 9, 14)) -> MeetingMatter:
    matter = show(office.house, Ref.of_meeting("overleg", on), actor=ADMIN, now=office.clock.now()).matter
    assert isinstance(matter, MeetingMatter)
    return matter


def reminded(office: Office) -> list[str]:
    posts = deliver(office.house, office.clock.now())
    return sorted(post.recipient for post in posts if post.message.kind is MessageKind.REMINDER)


GOLDENS = {
    "agenda-leader": ("pl-1", "/agenda"),
    "agenda-everything": ("tm-1", "/agenda?welke=alles"),
    "agenda-empty": ("jb-1", "/agenda?vanaf=2026-11-02"),
    "agenda-next-year": ("pl-1", "/agenda?vanaf=2026-12-28"),
    "submissions-leader": ("pl-1", "/uitvraag"),
    "submissions-institution": ("gd-1", "/uitvraag"),
    "plan-leader": ("pl-1", "/plan"),
    "plan-owner": ("tm-1", "/plan"),
    "plan-nobody": ("jb-1", "/plan"),
    "matter-meeting-leader": ("pl-1", MEETING),
    "matter-meeting-participant": ("tm-1", MEETING),
    "matter-step": ("pl-1", "/afspraak/voorbereiding/overleg/2026-09-14/agenda"),
    "matter-submission": ("pl-1", f"{SUBMISSION}/GIA"),
    "matter-submission-institution": ("gd-1", f"{SUBMISSION}/GIA"),
    "matter-action": ("pl-1", ACTION),
    "matter-response": ("pl-1", "/afspraak/datum/toezicht/wederhoor"),
    "add-meeting": ("pl-1", "/agenda/nieuw"),
}


@pytest.mark.parametrize("name", GOLDENS)
def test_a_page_reads_as_its_golden_file(name: str, signed_in: SignIn, golden: Golden) -> None:
    who, path = GOLDENS[name]
    answer = signed_in(who).get(path)
    assert answer.status_code == 200
    golden(f"web/agreements/{name}.txt", _lines(answer.text))


def test_the_page_of_a_shared_series_reads_as_its_golden_file(
    office: Office,
    web,
    golden: Golden,
) -> None:
    for code in ("overleg", "uitvraag"):
        golden(f"web/agreements/shared-{code}.txt", _lines(web.get(shared(office, code)).text))


def test_every_golden_page_is_used() -> None:
    assert golden_names("web/agreements") == {*GOLDENS, "shared-overleg", "shared-uitvraag"}


def _lines(html: str) -> str:
    """Return the text of a page a line for each block, without what differs every time."""
    body = html.partition('<main id="inhoud">')[2].partition("</main>")[0]
    blocks = re.sub(r"</(h\d|p|li|button|label|option|summary|legend|a|div)>", "\n", body)
    text = re.sub(r"<[^>]+>", "", blocks).replace("&#39;", "'").replace("&amp;", "&")
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def shared(office: Office, code: str = "overleg") -> str:
    address = share_series(office.house, code, actor=ADMIN, now=office.clock.now())
    return address.removeprefix("http://test")


def test_who_is_not_signed_in_signs_in_first_and_comes_back(web) -> None:
    for path in ("/agenda", "/uitvraag", "/plan", "/agenda/nieuw", MEETING, f"{SUBMISSION}/GIA", ACTION):
        answer = web.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/inloggen?naar={path}")


def test_signing_in_leads_on_to_the_matter(office: Office, web) -> None:
    for path in (MEETING, f"{SUBMISSION}/GIA", ACTION, "/agenda", "/plan"):
        assert web.post(office.sign_in_link("pl-1", path)).headers["location"] == path
    for path in ("/afspraak/../x", "/afspraak//evil", "https://evil.example/agenda", "/afspraak/x"):
        assert web.post(office.sign_in_link("pl-1", path)).headers["location"] == "/inloggen"


def test_the_menu_leads_to_the_agenda_and_a_leader_begins_there(signed_in: SignIn) -> None:
    for name in ("jb-1", "tm-1", "pl-1", "amb-1", "gd-1"):
        assert '<a href="/agenda"' in signed_in(name).get("/").text
    assert "Ga naar agenda" in signed_in("pl-1").get("/").text


def test_mine_is_ones_own_and_all_is_what_one_may_see(signed_in: SignIn, says: Says) -> None:
    jb = signed_in("jb-1")
    assert "Stand van zaken" not in says(jb.get("/agenda"))
    everything = says(jb.get("/agenda?welke=alles"))
    assert "Uniforme uitvraag" in everything
    assert "Overleg Rijk" not in everything
    leader = says(signed_in("pl-1").get("/agenda"))
    assert "Besloten overleg" in leader
    assert "Besloten overleg" not in says(signed_in("tm-1").get("/agenda?welke=alles"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "Maandag 7 september 2026 tot en met zondag 4 oktober 2026"),
        ("?vanaf=2026-10-09", "Maandag 5 oktober 2026 tot en met zondag 1 november 2026"),
        ("?vanaf=gisteren", "Maandag 7 september 2026"),
        ("?vanaf=2026-02-30", "Maandag 7 september 2026"),
        ("?vanaf=0001-01-01", "2000"),
        ("?vanaf=9999-12-31", "2099"),
        ("?welke=onzin", "Maandag 7 september 2026"),
    ],
)
def test_a_page_is_four_weeks_from_a_monday(signed_in: SignIn, says: Says, asked: str, said: str) -> None:
    answer = signed_in("pl-1").get(f"/agenda{asked}")
    assert answer.status_code == 200
    assert said in says(answer)


def test_leafing_goes_on_and_back_by_four_weeks_and_keeps_what_is_shown(signed_in: SignIn) -> None:
    session = signed_in("pl-1")
    page = session.get("/agenda?welke=alles").text
    (after,) = re.findall(r'href="([^"]+)" rel="next"', page)
    assert after == "?vanaf=2026-10-05&welke=alles".replace("&", "&amp;") or "welke=alles" in after
    later = session.get("/agenda" + after.replace("&amp;", "&")).text
    (before,) = re.findall(r'href="([^"]+)" rel="prev"', later)
    assert "2026-09-07" in before
    assert 'href="/agenda?welke=alles">Deze week' in later


def test_what_is_still_open_from_before_this_week_comes_first(
    office: Office, signed_in: SignIn, says: Says
) -> None:
    office.clock.at += timedelta(days=14)
    text = says(signed_in("pl-1").get("/agenda"))
    assert text.index("Nog open van eerder") < text.index("(deze week)")
    later = says(signed_in("pl-1").get("/agenda?vanaf=2026-10-19"))
    assert "Nog open van eerder" not in later


def test_a_participant_answers_without_telegram(office: Office, signed_in: SignIn, says: Says) -> None:
    session = signed_in("tm-1")
    answer = deed(session, MEETING, "absent")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{MEETING}?gedaan=absent")
    assert "Vastgelegd: Ik kan niet." in says(session.get(answer.headers["location"]))
    assert "tm-1: kan niet" in says(signed_in("pl-1").get(MEETING))


def test_a_leader_moves_a_meeting_and_an_odd_day_is_asked_about(
    office: Office, signed_in: SignIn, says: Says
) -> None:
    session = signed_in("pl-1")
    asked = deed(session, MEETING, "move", on="2026-09-19", at="")
    assert asked.status_code == 400
    assert "deze dag is geen werkdag" in says(asked)
    assert '<details class="deed" open>' in asked.text
    assert 'value="2026-09-19"' in asked.text
    assert meeting(office).occurrence.on == date(2026, 9, 14)
    assert deed(session, MEETING, "move", on="2026-09-19", confirmed="ja").status_code == 303
    assert meeting(office).occurrence.on == date(2026, 9, 19)


def test_of_two_people_who_move_the_second_is_told(office: Office, signed_in: SignIn, says: Says) -> None:
    first, second = signed_in("pl-1"), signed_in("pl-1")
    page = second.get(MEETING)
    assert deed(first, MEETING, "move", on="2026-09-16").status_code == 303
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    answer = second.post(MEETING, {"deed": "move", "version": version[1], "on": "2026-09-17"})
    assert "intussen veranderd door pl-1" in says(answer)
    assert meeting(office).occurrence.on == date(2026, 9, 16)


def test_who_is_silent_is_reminded_from_the_page(office: Office, signed_in: SignIn, says: Says) -> None:
    session = signed_in("pl-1")
    assert "2 personen krijgen nu een herinnering: amb-1, tm-1." in says(deed(session, MEETING, "remind"))
    assert reminded(office) == ["amb-1", "tm-1"]
    again = says(deed(session, MEETING, "remind"))
    assert "Vandaag al herinnerd: amb-1, tm-1." in again
    assert reminded(office) == []


def test_who_misses_is_reminded_from_the_list(office: Office, signed_in: SignIn, says: Says) -> None:
    session = signed_in("pl-1")
    page = session.get("/uitvraag")
    assert "Herinner wie mist (2)" in page.text
    text = says(session.post("/uitvraag", {"reeks": "uitvraag", "datum": "2026-09-10"}))
    assert "1 persoon krijgt nu een herinnering: gd-1." in text
    assert "Niet te bereiken: GIB." in text
    assert reminded(office) == ["gd-1"]
    assert "Herinner wie mist" not in signed_in("gd-1").get("/uitvraag").text


def test_silent_owners_are_reminded_from_the_plan(office: Office, signed_in: SignIn, says: Says) -> None:
    session = signed_in("pl-1")
    assert "Herinner wie nog niets zei (1)" in session.get("/plan").text
    assert "herinnering: tm-1." in says(session.post("/plan", {"plan": "plan"}))
    assert reminded(office) == ["tm-1"]
    assert "Herinner" not in signed_in("tm-1").get("/plan").text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/uitvraag", {"reeks": "uitvraag", "datum": "2026-09-10"}),
        ("/plan", {"plan": "plan"}),
        ("/agenda/delen", {"reeks": "overleg", "wat": "maken"}),
        ("/agenda/nieuw", {"reeks": "overleg", "dag": "2026-09-16"}),
        (MEETING, {"deed": "move", "on": "2026-09-16"}),
        (MEETING, {"deed": "remind"}),
        (MEETING, {"deed": "share"}),
    ],
)
@pytest.mark.parametrize("name", ["tm-1", "amb-1"])
def test_who_does_not_lead_is_refused(
    office: Office, signed_in: SignIn, name: str, path: str, fields: dict[str, str]
) -> None:
    session = signed_in(name)
    before = office.everything()
    assert session.post(path, fields).status_code == 403
    assert office.everything() == before
    assert reminded(office) == []


@pytest.mark.parametrize("path", ["/uitvraag", "/plan", "/agenda/delen", "/agenda/nieuw", MEETING])
def test_a_form_of_another_session_does_nothing(office: Office, signed_in: SignIn, path: str) -> None:
    before = office.everything()
    session = signed_in("pl-1")
    fields = {"formulier": "x", "reeks": "overleg", "plan": "plan", "datum": "2026-09-10", "deed": "remind"}
    assert session.post(path, fields).status_code == 403
    assert session.browser.post(path, data=fields).status_code == 403
    assert meeting(office).version == 0
    assert len(before) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/afspraak/overleg/overleg/2026-09-15",
        "/afspraak/overleg/overleg/gisteren",
        "/afspraak/overleg/niets/2026-09-14",
        "/afspraak/overleg/overleg/2026-09-14/meer",
        "/afspraak/onzin/overleg/2026-09-14",
        "/afspraak/aanlevering/uitvraag/2026-09-10",
        "/afspraak/aanlevering/uitvraag/2026-09-10/GIC",
        "/afspraak/actie/plan/niets",
        "/afspraak/overleg/besloten/2026-09-14",
        "/afspraak/actie/plan/leren",
    ],
)
def test_what_is_not_there_and_what_is_not_for_the_reader_look_the_same(signed_in: SignIn, path: str) -> None:
    session = signed_in("tm-1")
    nothing = session.get("/afspraak/overleg/onbekend/2026-09-14")
    found = session.get(path)
    assert (found.status_code, found.text.count("Deze bladzijde is er niet")) == (404, 1)
    assert found.text == nothing.text


def test_the_calendar_file_of_a_meeting_is_on_its_page(signed_in: SignIn, web) -> None:
    session = signed_in("tm-1")
    assert 'href="?agendabestand"' in session.get(MEETING).text
    file = session.get(f"{MEETING}?agendabestand")
    assert file.headers["content-type"] == "text/calendar; method=PUBLISH; charset=utf-8"
    assert b"DTSTART" in file.content
    assert signed_in("jb-1").get(f"{MEETING}?agendabestand").status_code in (403, 404)
    assert web.get(f"{MEETING}?agendabestand").status_code == 303


def test_a_meeting_is_added_and_an_odd_day_is_asked_about(
    office: Office, signed_in: SignIn, says: Says
) -> None:
    session = signed_in("pl-1")
    given = {"reeks": "overleg", "dag": "2026-10-14", "tijd": "09:30"}
    asked = session.post("/agenda/nieuw", given)
    assert asked.status_code == 400
    assert "deze dag valt in een reces" in says(asked)
    assert 'value="09:30"' in asked.text
    added = session.post("/agenda/nieuw", {**given, "zeker": "ja"})
    assert added.status_code == 303
    shown = says(session.get(added.headers["location"]))
    assert "De bijeenkomst is toegevoegd." in shown
    assert "woensdag 14 oktober 2026 om 9.30 uur" in shown
    told = {post.recipient for post in deliver(office.house, office.clock.now())}
    assert told == {"tm-1", "amb-1"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reeks": ""}, "Kies een reeks."),
        ({"reeks": "uitvraag"}, "Kies een reeks."),
        ({"reeks": "niets"}, "Kies een reeks."),
        ({"dag": ""}, "Vul een dag in."),
        ({"dag": "2026-02-30"}, "2026-02-30"),
        ({"dag": "2199-01-01"}, "1-1-2199 ligt buiten"),
        ({"tijd": "25:99"}, "lees ik niet als een tijd"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    office: Office, signed_in: SignIn, says: Says, change: dict[str, str], said: str
) -> None:
    session = signed_in("pl-1")
    given = {"reeks": "overleg", "dag": "2026-09-16", "tijd": "10:00"} | change
    answer = session.post("/agenda/nieuw", given)
    assert answer.status_code == 400
    assert said in says(answer)
    assert f'aria-describedby="{next(iter(change))}-' in answer.text
    with pytest.raises(Refused):
        meeting(office, date(2026, 9, 16))


def test_the_form_to_add_is_only_for_who_leads(signed_in: SignIn) -> None:
    assert signed_in("tm-1").get("/agenda/nieuw").status_code == 403
    assert "Bijeenkomst toevoegen" not in signed_in("tm-1").get("/agenda").text


def test_a_leader_shares_a_series_and_takes_the_link_back(
    office: Office,
    signed_in: SignIn,
    web,
    says: Says,
) -> None:
    session = signed_in("pl-1")
    made = session.post("/agenda/delen", {"reeks": "overleg", "wat": "maken"})
    assert made.headers["location"] == "/agenda#delen"
    page = session.get("/agenda").text
    (address,) = set(re.findall(r'href="http://test(/reeks/[\w-]+)"', page))
    assert "Besloten overleg" not in page.partition('id="delen"')[2]
    assert address in session.get(MEETING).text
    assert address not in signed_in("tm-1").get("/agenda").text
    text = says(web.get(address))
    assert "Maandag 14 september 2026, 10.00 uur" in text
    assert "Stadhuis" not in text
    session.post("/agenda/delen", {"reeks": "overleg", "wat": "intrekken"})
    withdrawn = web.get(address)
    assert (withdrawn.status_code, withdrawn.text) == (404, web.get(f"/reeks/{'x' * 32}").text)
    assert "Vraag een nieuwe link aan wie je deze gaf." in says(withdrawn)
    assert not re.search("zaak|inloggen|teammanager", withdrawn.text)


@pytest.mark.parametrize("code", ["besloten", "niets", ""])
def test_what_is_for_members_cannot_be_shared(signed_in: SignIn, says: Says, code: str) -> None:
    answer = signed_in("pl-1").post("/agenda/delen", {"reeks": code, "wat": "maken"})
    assert answer.status_code == 400
    assert "alleen voor wie meedoet" in says(answer)


def test_a_shared_page_needs_no_cookie_and_is_stored_nowhere(office: Office, web) -> None:
    address = shared(office)
    answer, head = web.get(address), web.head(address)
    assert (answer.status_code, head.status_code, head.content) == (200, 200, b"")
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert "wie het adres heeft, werkt uit jouw naam" not in answer.text
    assert web.post(address).status_code == 405


def test_whatever_gives_nothing_looks_the_same_and_guessing_is_slowed_down(
    office: Office,
    web,
) -> None:
    address = shared(office)
    wrong = [web.get(f"/reeks/{number:032d}") for number in range(30)]
    assert [one.status_code for one in wrong] == [404] * 20 + [429] * 10
    assert len({one.text for one in wrong[:20]}) == 1
    assert web.get(address).status_code == 200
    office.clock.at += timedelta(minutes=5)
    assert [web.get(f"/reeks/{token}").text for token in ("x", "overleg", "%00", "x" * 32)] == [
        wrong[0].text
    ] * 4


def test_the_page_behind_a_mail_link_stays_that_of_its_owner(office: Office, web, says: Says) -> None:
    about = Ref.of_meeting("overleg", date(2026, 9, 14)).subject(0)
    address = office.link_of("tm-1", Offer(ActionVerb.GOVERNANCE, 0, about=about))
    text = says(web.get(address))
    assert "Je werkt als tm-1." in text
    assert "Herinneren" not in text
    done = web.post(address, data={"deed": "present", "version": "0"})
    assert "Vastgelegd: Ik kom." in says(done)
    leader = office.link_of("pl-1", Offer(ActionVerb.GOVERNANCE, 0, about=about))
    said = says(web.post(leader, data={"deed": "remind", "version": "0"}))
    assert "1 persoon krijgt nu een herinnering: amb-1." in said


@pytest.mark.parametrize(
    "ref",
    [
        Ref.of_meeting("overleg", date(2026, 9, 14)),
        Ref(MatterKind.STEP, "overleg", date(2026, 9, 14), "agenda"),
        Ref(MatterKind.SUBMISSION, "uitvraag", date(2026, 9, 10), "GIA"),
        Ref(MatterKind.SUBMISSION, "uit_vraag", date(2026, 9, 10), "GI A&B"),
        Ref(MatterKind.ACTION, "plan", part="werven"),
        Ref(MatterKind.DEADLINE, "toezicht", part="wederhoor"),
    ],
)
def test_a_path_names_its_matter(ref: Ref) -> None:
    from urllib.parse import unquote  # noqa: PLC0415 - one test

    _, _, word, code, *rest = path_of(ref).split("/")
    assert ref_at(word, unquote(code), [unquote(one) for one in rest]) == ref


def test_every_deed_of_a_matter_is_on_its_page(office: Office, signed_in: SignIn) -> None:
    session = signed_in("pl-1")
    _, leader = actor_of_person(office.house, office.people["pl-1"].id, office.clock.now())
    for path in GOLDENS.values():
        if not path[1].startswith("/afspraak") or path[0] != "pl-1":
            continue
        _, _, word, code, *rest = path[1].split("/")
        ref = ref_at(word, code, rest)
        assert ref is not None
        shown = show(office.house, ref, actor=leader, now=office.clock.now())
        page = session.get(path[1]).text
        assert {one for one in Deed if f'name="deed" value="{one}"' in page} == set(shown.deeds)


def test_a_deed_that_nobody_knows_does_nothing(office: Office, signed_in: SignIn) -> None:
    session = signed_in("pl-1")
    assert session.post(MEETING, {"deed": "onzin", "version": "0"}).status_code == 404
    assert session.post(MEETING, {"deed": "move", "version": "²", "on": "2026-09-16"}).status_code == 303


def test_a_receipt_and_a_response_are_recorded_on_their_pages(
    office: Office, signed_in: SignIn, says: Says
) -> None:
    session = signed_in("pl-1")
    path = f"{SUBMISSION}/GIA"
    refused = deed(session, path, "receive", text=" ", on="2026-09-07")
    assert refused.status_code == 400
    assert deed(session, path, "receive", text="0 wachtenden", on="2026-09-07").status_code == 303
    assert "ma 7 sep: 0 wachtenden (vastgelegd door pl-1)" in says(session.get(path))
    response = "/afspraak/datum/toezicht/wederhoor"
    long = deed(session, response, "box", choice="1", text="x" * 601)
    assert "601" in says(long)
    assert "x" * 601 in long.text
    assert deed(session, response, "box", choice="1", text="Regel een\nRegel twee").status_code == 303
    assert "20 van 600 tekens" in says(session.get(response))


def test_a_step_of_the_ladder_keeps_what_was_agreed_until_when_and_the_evidence(
    office: Office, signed_in: SignIn, says: Says
) -> None:
    session, path = signed_in("pl-1"), "/afspraak/datum/toezicht/wederhoor"
    given = {"choice": "3", "on": "2026-09-01", "text": "plan per norm"}
    wrong = deed(session, path, "ladder", **given, until="31-9-2026")
    assert wrong.status_code == 400
    assert deed(session, path, "ladder", **given, until="2026-08-31").status_code == 400
    assert deed(session, path, "ladder", **given, evidence="BSN 111222333").status_code == 400
    assert (
        deed(session, path, "ladder", **given, until="2026-12-01", evidence="verslag 12").status_code == 303
    )
    shown = "Ladder, stap 3 sinds di 1 sep: plan per norm (uiterlijk di 1 dec); verslag 12"
    assert says(session.get(path)).count("Ladder, stap 3") == 1
    assert shown in says(session.get(path))


def test_visibility_decides_what_can_be_shared(office: Office) -> None:
    agreed = office.house.rules.governance.series
    assert {code: one.may_be_shared for code, one in agreed.items()} == {
        "overleg": True,
        "besloten": False,
        "uitvraag": True,
    }
    assert agreed["overleg"].visibility is Visibility.LINK
    assert office.people["pl-1"].roles == {Role.PROJECT_LEADER}
    with pytest.raises(Refused):
        do(
            office.house,
            Deed.SHARE,
            Ref.of_meeting("besloten", date(2026, 9, 14)),
            version=None,
            actor=ADMIN,
            now=office.clock.now(),
        )
