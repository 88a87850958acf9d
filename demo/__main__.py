"""`make demo`: the real program with example data, against a chat page that stands in for Telegram."""

import asyncio
import os
import signal
import socket
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from app.clock import SystemClock
from app.config import Config, load_config, rules_of
from app.logs import set_up_logging
from app.running import Service
from core.clocktime import local_moment
from core.groups import GroupScope
from core.ports import ChannelName
from core.workdays import WorkingCalendar
from demo.agreements import agreements
from demo.clock import RunningClock
from demo.example_data import ACTOR, load_examples
from demo.folder import own_folder
from demo.happened import let_happen
from demo.post import Post
from demo.telegram import Link, Persona, TelegramStandIn, build_app, serve
from jobs.advance import advance
from services.calendars.subscriptions import feed_address
from services.calendars.views import GOVERNANCE_NAME
from services.governance.group_codes import GroupCode, make_group_code
from services.house import House
from services.invitations import first_administrator, invite
from services.people import actor_of_chat
from storage.schema import migrate
from storage.store import open_store
from templates import render

TOKEN = "100001:demo-token-of-the-stand-in"  # noqa: S105 - the stand-in's own
CAST = (
    ("jb-1", "Jeugdbeschermer, team noord"),
    ("tm-1", "Teammanager, team noord"),
    ("jb-3", "Jeugdbeschermer in deeltijd: di, do en ma"),
    ("gd-1", "Gegevensbeheerder: stuurt zaakbestanden"),
    ("pl-1", "Projectleider"),
    ("beheer-1", "Beheerder"),
    ("jb-4", "Nieuwe collega: heeft nog niet op Start gedrukt"),
)
NOT_STARTED = "jb-4"
GROUP_OF = "overleg-rijk"
_ANSWERED_WITHIN = 30.0
_GUARDED_DAYS = 60


async def main() -> None:
    """Run until interrupted; everything that was made is gone afterwards."""
    set_up_logging()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        demo = Demo(stack.enter_context(own_folder()))
        await demo.start(stack)
        sys.stdout.write(f"\n{demo.announcement()}\n")
        sys.stdout.flush()
        await stopping.wait()


class Demo:
    """The real service with a movable clock, its stand-in for Telegram, and its post."""

    def __init__(self, folder: Path) -> None:
        """Take an empty folder for the database."""
        self._folder = folder
        self._started_on = _working_day_from(SystemClock().now().date())
        self.clock = RunningClock(local_moment(self._started_on, time(8, 30)))
        self.post = Post(self.clock)
        self.telegram = TelegramStandIn(TOKEN, now=self.clock.now)
        self.chat_url = self.web_url = ""
        self._service: Service | None = None

    async def start(self, stack: AsyncExitStack) -> None:
        """Start everything; `stack` stops it again in reverse order."""
        web_port = _free_port(8080)
        config = self._config(f"http://127.0.0.1:{_free_port(8090)}", web_port)
        rules = rules_of(config)
        rules = replace(rules, governance=agreements(rules.governance, self._started_on))
        house = House(open_store(config.database.url.get_secret_value()), rules, "demo")
        stack.callback(house.store.close)
        personas = await asyncio.to_thread(self._furnish, house)
        self.web_url = config.web.public_url
        app = build_app(
            self.telegram,
            personas=personas,
            now=self.clock.now,
            advance=self._advance,
            mails=lambda: self.post.mails,
            links=[Link("Webpagina's", self.web_url)],
        )
        port = int(config.telegram.api_url.rpartition(":")[2])
        self.chat_url = await stack.enter_async_context(serve(self.telegram, port=port, app=app))
        service = Service(config, house, self.clock, replaced={ChannelName.MAIL: self.post})
        self._service = service
        await service.start()
        stack.push_async_callback(service.stop)
        for persona in personas:
            if persona.name != NOT_STARTED:
                self.telegram.start(persona.user_id, persona.start_code)
        await self._link_a_group(house, {persona.name: persona.user_id for persona in personas})

    def _config(self, telegram_url: str, web_port: int) -> Config:
        guarded_from = self._started_on - timedelta(days=_GUARDED_DAYS)
        settings = {
            "TELEGRAM__TOKEN": TOKEN,
            "TELEGRAM__API_URL": telegram_url,
            "DATABASE__URL": f"sqlite:///{self._folder / 'demo.db'}",
            "WEB__PORT": str(web_port),
            "WEB__PUBLIC_URL": f"http://127.0.0.1:{web_port}",
            "MAIL__ENABLED": "true",
            "MAIL__HOST": "127.0.0.1",
            "MAIL__SENDER": "Termijnwacht <termijnwacht@example.nl>",
            "NOTICES__START_ON": guarded_from.isoformat(),
            "PRIVACY__CASE_FILES_IN_CHAT": "true",
        }
        example = Path(__file__).with_name("region.toml")
        return load_config(example, {f"TERMIJNWACHT_{key}": value for key, value in settings.items()})

    def _furnish(self, house: House) -> list[Persona]:
        now = self.clock.now()
        migrate(house.store)
        first = first_administrator(house, "beheer-1", now)
        load_examples(house, now)
        let_happen(house, now)
        codes = {first.name: first.code} if first else {}
        for name, _ in CAST:
            if name not in codes:
                codes[name] = invite(house, name, actor=ACTOR, now=now).code
        return [
            Persona(number, name, description, codes[name])
            for number, (name, description) in enumerate(CAST, 5001)
        ]

    async def _link_a_group(self, house: House, people: dict[str, int]) -> None:
        """Let the project leader link a group of three to the meetings with the national government."""
        leader = people["pl-1"]
        await self.telegram.wait_for_message(leader, containing="Welkom", timeout=_ANSWERED_WITHIN)
        made = await asyncio.to_thread(self._group_code, house, leader)
        members = (people["tm-1"], people["beheer-1"])
        group = self.telegram.create_group(leader, "Overleg met het Rijk", members=members)
        self.telegram.start_in_group(group.id, leader, made.code)

    def _group_code(self, house: House, chat_id: int) -> GroupCode:
        """Return a code that the project leader of a chat makes."""
        now = self.clock.now()
        known = actor_of_chat(house, chat_id, now)
        actor = known[1] if known else ACTOR
        return make_group_code(house, GroupScope.SERIES, GROUP_OF, actor=actor, now=now)

    async def _advance(self, step: str) -> datetime:
        """Move the clock an hour, or past the sending time of the next working day."""
        service, now = self._service, self.clock.now()
        if service is None or service.work is None:
            return now
        until = now + timedelta(hours=1)
        if step == "workday":
            rules = service.house.rules
            day = rules.calendar.add(service.house.today(now), 1)
            until = local_moment(day, rules.notices.send_at, rules.zone) + timedelta(minutes=1)
        async with service.work.paused():
            await advance(service.house, service.couriers, self.clock, until)
        return self.clock.now()

    def announcement(self) -> str:
        """Return what a newcomer reads first."""
        feed = feed_address(self.web_url, GOVERNANCE_NAME)
        return render("cli/demo.txt", chat=self.chat_url, web=self.web_url, feed=feed)


def _working_day_from(today: date) -> date:
    return WorkingCalendar().on_or_after(today)


def _free_port(wished: int) -> int:
    """Return `wished` when nothing listens there, else a port that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wished))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    asyncio.run(main())
