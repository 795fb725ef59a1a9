"""What must not stand in a log: addresses that are keys.

Whoever has such an address reads, listens or decides in somebody's place. Logs are kept longer, and read by
more people, than any of them should be.
"""

import logging
import re

# The part of a path that comes before its secret.
_BEFORE = (
    "listen",
    "feeds/mine",
    "files",
    "lent",
    "preview",
    "gift-link",
    "account/letters",
    "subscribe/refund",
    "subscribe/demo-bank/pay",
    "subscribe/demo-bank/card",
)
# A secret ends where the path goes on, or with it. In a log of ours nothing else is as long.
_SECRET = re.compile(rf"(?<![\w-])(/?(?:{'|'.join(_BEFORE)})/)[^/\s?#\"'<>]{{16,}}")
LEFT_OUT = r"\1[secret]"


def without_secrets(text: str) -> str:
    """Return ``text`` with every secret part of an address of ours left out."""
    return _SECRET.sub(LEFT_OUT, text)


class Discreet(logging.Formatter):
    """Writes log lines as ever, tracebacks too, without the secrets in them."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
