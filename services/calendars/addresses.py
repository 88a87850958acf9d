"""The addresses by which a client subscribes: the calendar's own, and those that open a client."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

_LOCAL_NAMES = (".localhost", ".local", ".internal", ".intern", ".lan", ".test", ".example")


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
        """Return the page of Outlook on the web that adds the calendar."""
        return (
            "https://outlook.office.com/calendar/0/addfromweb"
            f"?url={quote(self.url, safe='')}&name={quote(self.name, safe='')}"
        )

    @property
    def is_reachable(self) -> bool:
        """Tell whether it is an https address that is not of this computer or a private network."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        return parts.scheme == "https" and not _is_private(host)


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_LOCAL_NAMES)
