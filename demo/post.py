"""The demo's post: mails land in a list that the chat page shows."""

from core.ports import Address, ChannelName, Clock, Content, Receipt
from demo.telegram import Mail
from mail.letter import plain_letter


class Post:
    """A mail channel that keeps the last mails instead of sending them."""

    name = ChannelName.MAIL

    def __init__(self, clock: Clock, most: int = 500) -> None:
        """Take the clock for the moment on each mail."""
        self._clock, self._most = clock, most
        self.mails: list[Mail] = []

    async def send(self, address: Address, content: Content, *, message_key: str) -> Receipt:
        """Keep a mail."""
        self.mails.append(
            Mail(address.mail or "?", content.subject, plain_letter(content), self._clock.now())
        )
        del self.mails[: -self._most]
        return Receipt(message_key)

    async def replace(self, _address: Address, _external_id: str, _content: Content) -> None:
        """Do nothing: a mail cannot be taken back."""
