"""What must not stand in a log: who somebody is, and addresses that are keys.

Logs are kept longer, and read by more people, than a name, an e-mail address or a key should be. So a log
says what went wrong and where, and leaves out to whom:

=============================  =================================================================
What is logged                 What stands in the log
=============================  =================================================================
An exception                   its class and its traceback; what it says only where that cannot
                               be about a person (``SPEAK_OF_THE_MACHINE``): databases, mail
                               servers and providers quote the values that they were given
A row                          its table and number, by which the desk finds it
An address of ours             without its secret, and without what was searched for
Anything that looks like an    ``[e-mail]``, ``[telephone]``, ``[code]``
e-mail address, a telephone
number or a gift code
=============================  =================================================================
"""

import copy
import logging
import re
import smtplib
import traceback
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError
from django.db.models import Model
from django.template import TemplateDoesNotExist

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


# What was asked for behind a question mark, in the line of a request.
_QUESTION = re.compile(r"(\b[A-Z]{3,8} /[^\s?\"']*)\?[^\s\"']*")
_TELEPHONE = re.compile(r"(?<!\w)\+\d[\d ()-]{6,}\d")
_EMAIL = re.compile(r"[\w.+%'’-]+@[\w-]+(?:\.[\w-]+)+")
# As ``subscriptions.models.gift`` makes them, in either case.
_CODE = re.compile(
    r"(?<![\w-])[34679ACDEFGHJKMNPQRTWXY]{4}(?:-[34679ACDEFGHJKMNPQRTWXY]{4}){2}(?![\w-])", re.I
)

# No value of anybody's row stands in what these say: a connection, a file of ours, a package that is missing.
SPEAK_OF_THE_MACHINE: tuple[type[BaseException], ...] = (
    ImportError,
    ImproperlyConfigured,
    InterfaceError,
    MemoryError,
    NotImplementedError,
    OperationalError,
    OSError,
    TemplateDoesNotExist,
)
# A mail server's refusal is an error of the operating system to Python, and quotes whom it refuses.
QUOTE: tuple[type[BaseException], ...] = (smtplib.SMTPException,)


def without_secrets(text: str) -> str:
    """Return ``text`` without the secret part of our addresses, without e-mail addresses and the like."""
    text = _TELEPHONE.sub("[telephone]", text)
    text = _QUESTION.sub(r"\1?[question]", _SECRET.sub(LEFT_OUT, text))
    return _CODE.sub("[code]", _EMAIL.sub("[e-mail]", text))


def named(error: BaseException) -> str:
    """Return the class of ``error``, and what it says where that cannot be about a person."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, SPEAK_OF_THE_MACHINE) and not isinstance(error, QUOTE):
        return without_secrets(f"{name}: {error}")
    return name


def told(error: BaseException) -> str:
    """Return the traceback of ``error`` and of what led to it, each error only ``named``."""
    return "\n".join(_parts(error, set()))


def _parts(error: BaseException, known: set[int]) -> Iterator[str]:
    known.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in known:
        yield from _parts(before, known)
        yield "\nThat led to:\n"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield named(error)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield "\nOne of them:\n"
            yield from _parts(one, known)


class Discreet(logging.Formatter):
    """Writes log lines as ever, tracebacks too, without what must not stand in them."""

    def format(self, record: logging.LogRecord) -> str:
        """Write ``record``; other handlers get it as it was."""
        record = copy.copy(record)
        # What another formatter left there for all to use.
        record.exc_text = None
        if isinstance(record.args, Mapping):
            record.args = {key: _harmless(value) for key, value in record.args.items()}
        elif record.args:
            record.args = tuple(map(_harmless, record.args))
        return without_secrets(super().format(record))

    def formatException(  # noqa: N802 -- the library's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return told(ei[1]) if ei[1] is not None else ""


def _harmless(value: Any) -> Any:
    """Name a row by its table and number, and an error by its class."""
    if isinstance(value, BaseException):
        return named(value)
    if isinstance(value, Model):
        return f"{value._meta.label} {value.pk}"
    return value
