"""The addresses by which a client subscribes: the calendar's own, and those that open a client."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

_LOCAL_NAMES = (".localhost", ".local", ".internal", ".intern", ".lan", ".test", ".example")


class Reach(StrEnum):
    """From where an address can be fetched, as far as its host tells."""

    COMPUTER = "computer"
    NETWORK = "network"
    INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class CalendarAddresses:
    """Where a calendar is. `is_reachable` tells whether a service on the internet can fetch it.

    Google takes an address by its page for adding one, where it has to be pasted; it fetches https alone, as
    Outlook on the web does. `webcal` opens Apple's calendar, Thunderbird and Outlook on a computer.
    """

    url: str
    name: str

    @property
    def webcal(self) -> str:
        """Return the address that opens a calendar program."""
        return "webcal://" + self.url.partition("://")[2]

    @property
    def google(self) -> str:
        """Return the page of Google on which an address is pasted."""
        return "https://calendar.google.com/calendar/u/0/r/settings/addbyurl"

    @property
    def outlook(self) -> str:
        """Return the page of Outlook on the web that adds the calendar, for work or school."""
        return f"https://outlook.office.com{self._outlook_path}"

    @property
    def outlook_at_home(self) -> str:
        """Return that page for a private account."""
        return f"https://outlook.live.com{self._outlook_path}"

    @property
    def _outlook_path(self) -> str:
        return f"/calendar/0/addfromweb?url={quote(self.url, safe='')}&name={quote(self.name, safe='')}"

    @property
    def is_https(self) -> bool:
        """Tell whether what is fetched is encrypted on its way."""
        return urlsplit(self.url).scheme == "https"

    @property
    def reach(self) -> Reach:
        """Return from where the address can be fetched."""
        return _reach(urlsplit(self.url).hostname or "")

    @property
    def is_reachable(self) -> bool:
        """Tell whether it is an https address that is not of this computer or a private network."""
        return self.is_https and self.reach is Reach.INTERNET


def _reach(host: str) -> Reach:
    try:
        address = ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return Reach.COMPUTER
        return Reach.NETWORK if "." not in host or host.endswith(_LOCAL_NAMES) else Reach.INTERNET
    if address.is_loopback:
        return Reach.COMPUTER
    return Reach.INTERNET if address.is_global else Reach.NETWORK
