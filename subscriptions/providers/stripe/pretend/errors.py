"""How the pretend Stripe says no."""

from typing import Any


class Refusal(Exception):
    """An answer that is not 200. Whatever the request had done so far is undone."""

    def __init__(
        self, status: int, message: str, code: str = "", kind: str = "invalid_request_error"
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {"type": kind, "message": message}
        if code:
            self.error["code"] = code


class CardRefusal(Refusal):
    """The bank said no to the card. The try itself has happened and stays in the books."""

    def __init__(self, code: str, decline_code: str, intent: str) -> None:
        super().__init__(402, "Your card was declined.", code, kind="card_error")
        self.error |= {"decline_code": decline_code, "payment_intent": {"id": intent}}


def missing(kind: str, thing_id: str) -> Refusal:
    """Say that there is no such thing."""
    return Refusal(404, f"No such {kind}: '{thing_id}'", "resource_missing")
