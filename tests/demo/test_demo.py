"""The whole demo: what it prints is there."""

import re
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import icalendar

from demo.__main__ import Demo


async def test_every_address_that_the_demo_prints_answers(tmp_path: Path) -> None:
    demo = Demo(tmp_path)
    async with AsyncExitStack() as stack:
        await demo.start(stack)
        addresses = re.findall(r"http://\S+", demo.announcement())
        async with httpx.AsyncClient() as client:
            answers = [await client.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    titles = {str(event["summary"]) for event in icalendar.Calendar.from_ical(answers[2].text).walk("VEVENT")}
    assert "Aanleveren: Uniforme uitvraag wachtenden" in titles
