"""What a reader takes away: all that is held about them, to be read and to be computed with."""

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from magazine import personal


def archive(reader: User, at: datetime | None = None) -> bytes:
    """Return a ZIP with ``data.html`` and ``data.json``: the same facts, about ``reader`` and nobody else.

    A reader of ten years has some hundreds of kilobytes; it is made in memory.
    """
    at = at or timezone.now()
    parts = list(told(reader))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("data.html", render_to_string("accounts/export.html", _for_page(reader, parts, at)))
        bundle.writestr("data.json", json.dumps(_for_programs(parts, at), cls=DjangoJSONEncoder, indent=1))
    return packed.getvalue()


def told(reader: User) -> list[dict[str, Any]]:
    """Return every part with the sentences that explain it, the empty ones too."""
    named = personal.holdings()
    return [
        {
            "table": chapter.model,
            "what": str(named[chapter.model].what),
            "why": str(named[chapter.model].why),
            "rows": chapter.rows,
        }
        for chapter in personal.chapters(reader)
    ]


def _for_programs(parts: list[dict[str, Any]], at: datetime) -> dict[str, Any]:
    return {"magazine": settings.MAGAZINE_NAME, "address": settings.SITE_URL, "as_of": at, "parts": parts}


def _for_page(reader: User, parts: list[dict[str, Any]], at: datetime) -> dict[str, Any]:
    shown = [
        {
            **part,
            "rows": [[(name, _in_words(value)) for name, value in row.items()] for row in part["rows"]],
        }
        for part in parts
    ]
    return {
        "magazine": {"name": settings.MAGAZINE_NAME, "address": settings.SITE_URL},
        "reader": reader,
        "at": at,
        "parts": [part for part in shown if part["rows"]],
        "empty": [part["what"] for part in shown if not part["rows"]],
        "kept_back": [
            {"what": holding.what, "why_not": holding.not_exported}
            for holding in personal.holdings().values()
            if holding.is_personal and holding.not_exported
        ],
    }


def _in_words(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_in_words(one)}" for name, one in value.items())
    return str(value)
