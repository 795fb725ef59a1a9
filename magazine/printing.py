"""Pages on paper: HTML and a sheet of styles become a PDF, made of nothing but our own files."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any


class NoPrinterError(RuntimeError):
    """This machine cannot make PDFs: the system's libraries are missing (``bin/system pango``)."""


@cache
def _press() -> Any:
    """Return the press, or nothing where the system's libraries are missing.

    It takes a second to load, which no start of the program has to wait for.
    """
    try:
        return import_module("magazine.press")
    except OSError:
        return None


def can_print() -> bool:
    """Whether this machine can make PDFs."""
    return _press() is not None


def printed(
    html: str,
    *,
    styles: str,
    faces: Mapping[str, str],
    pictures: Mapping[str, bytes] | None = None,
    bleed: float = 0,
    identifier: bytes | None = None,
    on_page: Callable[[int], None] | None = None,
) -> bytes:
    """Return ``html`` as a PDF, tagged for those who have it read to them.

    ``styles`` is a file below ``static/``; ``faces`` names the fonts it may ask for (``house:newsreader``),
    each with its file there; ``pictures`` names the JPEGs that the page may show, each with its bytes. Every
    other address is refused. Each page is printed ``bleed`` mm beyond its edges. With an ``identifier`` (16
    bytes) the same page gives the same bytes. ``on_page`` is told the number of each page as it is laid out;
    some are laid out more than once, and the last is told again when the file is written.

    Raises ``NoPrinterError`` on a machine that has not what it takes.
    """
    press = _press()
    if press is None:
        raise NoPrinterError
    data: bytes = press.printed(
        html,
        styles=styles,
        faces=faces,
        pictures=pictures,
        bleed=bleed,
        identifier=identifier,
        on_page=on_page,
    )
    return data
