"""The refusals of the Bot API, with the status and wording Telegram uses."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A call that the Bot API refuses."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        """Keep the HTTP status, Telegram's description and its response parameters."""
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters or {}

    def as_json(self) -> Json:
        """Return the body Telegram sends with this refusal."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiError:
    """Return the 400 refusal for `reason`."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return the 403 refusal for `reason`."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many_requests(seconds: int) -> ApiError:
    """Return the 429 refusal that asks to wait `seconds`."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def conflict(reason: str) -> ApiError:
    """Return the 409 refusal for `reason`."""
    return ApiError(409, f"Conflict: {reason}")
