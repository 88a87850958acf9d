"""/web: a link by which this person signs in on the pages, once."""

from bot.desk import Visit, in_thread
from services.signin import own_link
from templates import chat_text


async def give_link(visit: Visit) -> None:
    """Give a link that signs in."""
    await visit.say(chat_text("web_link", address=await sign_in_address(visit)))


async def sign_in_address(visit: Visit, leads_to: str = "") -> str:
    """Return the address of a fresh link that opens a page of the site."""
    return await in_thread(own_link, visit.house, actor=visit.actor, now=visit.now, leads_to=leads_to)
