"""An invitation as it is shown: with the link into the bot when the bot's name is known."""

from app.output import in_zone
from services.house import House
from services.invitations import Invitation
from services.upkeep import bot_name


def invitation_data(house: House, invitation: Invitation) -> dict[str, object]:
    """Return what is told of a fresh invitation; `link` is None while the bot's name is unknown."""
    bot = bot_name(house)
    return {
        "name": invitation.name,
        "code": invitation.code or None,
        "link": f"https://t.me/{bot}?start={invitation.code}" if bot and invitation.code else None,
        "expires_at": in_zone(invitation.expires_at, house.rules.zone),
    }
