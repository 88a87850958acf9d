"""Failures on command: what goes wrong with the next calls of the bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

from demo.telegram.errors import ApiError, Json, too_many_requests

FailureKind = Literal["error", "drop", "delay", "timeout_after_effect", "close_after_effect"]


@dataclass
class Failure:
    """What happens to the next `times` calls that match.

    - error: the call is refused with `status` and `description`, without effect;
    - drop: the connection closes, without effect;
    - delay: the call is performed after `seconds`;
    - timeout_after_effect: the call is performed and never answered;
    - close_after_effect: the call is performed and the connection closes without an answer.
    """

    kind: FailureKind = "error"
    method: str | None = None
    chat_id: int | None = None
    times: int = 1
    status: int = 500
    description: str | None = None
    retry_after: int | None = None
    migrate_to_chat_id: int | None = None
    seconds: float = 0.0

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Tell whether a call meets this failure; getUpdates only does when named."""
        if self.method is None and method.lower() == "getupdates":
            return False
        named = self.method is None or self.method.lower() == method.lower()
        return named and self.chat_id in (None, chat_id)

    def refusal(self) -> ApiError:
        """Return the refusal of an `error` failure."""
        if self.retry_after is not None and self.description is None:
            return too_many_requests(self.retry_after)
        values = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to_chat_id}
        parameters: Json = {name: value for name, value in values.items() if value is not None}
        return ApiError(self.status, self.description or HTTPStatus(self.status).phrase, parameters)


@dataclass
class FailurePlan:
    """The planned failures, first planned first used."""

    planned: list[Failure] = field(default_factory=list)

    def add(self, failure: Failure) -> None:
        """Plan a failure after the ones already planned."""
        self.planned.append(failure)

    def take(self, method: str, chat_id: int | None) -> Failure | None:
        """Return the failure this call meets, and use up one of its times."""
        for failure in self.planned:
            if failure.matches(method, chat_id):
                failure.times -= 1
                self.planned = [planned for planned in self.planned if planned.times > 0]
                return failure
        return None

    def clear(self) -> None:
        """Forget every planned failure."""
        self.planned = []
