"""Copies that come back, and labels that are printed once more: found by the code that stands on them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from subscriptions import terms
from subscriptions.fulfilment import runs
from subscriptions.letters import post
from subscriptions.life import story
from subscriptions.models import Address, Label, Letter, SubscriptionEvent


class CannotError(ValueError):
    """It cannot be done; the message says why, to staff."""


def find(code: str) -> Label | None:
    """Return the label with this code, typed or scanned: capitals, and signs between, do not matter.

    One query.
    """
    parts = [part for part in code.upper().replace("/", "-").replace(" ", "-").split("-") if part]
    if not parts:
        return None
    typed = "-".join([*parts[:-1], parts[-1].zfill(6)])
    labels = Label.objects.select_related("run", "reader", "subscription", "address", "made_by")
    return labels.filter(code=typed).first()


def came_back(label: Label, why: str, *, by: Any, at: datetime | None = None) -> Label:
    """Write down that the copy of ``label`` came back, and ``why``; nothing more is sent to its address.

    The reader is written to, and asked for another address. Raises ``CannotError`` when that is known, and
    without a reason.
    """
    at = at or timezone.now()
    if not why.strip():
        raise CannotError(_("Say why it came back: what stands on it."))
    with transaction.atomic():
        label = Label.objects.select_for_update(of=["self"]).select_related("reader").get(pk=label.pk)
        if label.returned_at is not None:
            raise CannotError(_("This copy was marked as come back before."))
        label.returned_at, label.returned_why = at, why.strip()[:200]
        label.save(update_fields=["returned_at", "returned_why"])
        Address.objects.filter(pk=label.address_id or 0, undeliverable_at=None).update(undeliverable_at=at)
        _note(label, SubscriptionEvent.Kind.RETURNED, by, at, f"{label.code}: {label.returned_why}")
        post.queue_to(label.reader, Letter.Kind.UNDELIVERABLE, about=label, key=label.pk, at=at)
    return label


def reprint(label: Label, *, by: Any, at: datetime | None = None) -> Label:
    """Add a label like ``label`` to its run, with a code of its own; the first stays as it is."""
    at = at or timezone.now()
    with transaction.atomic():
        made = runs.add(label.run, Label.Kind.REPRINT, None, like=label, by=by, at=at)
        _note(label, SubscriptionEvent.Kind.REPRINTED, by, at, f"{label.code} → {made.code}")
    return made


def is_reached(label: Label, at: datetime | None = None) -> bool:
    """Whether ``label``'s reader has told another address since, or this one was found to be right."""
    at = at or timezone.now()
    held = Address.objects.known(at).on(terms.day_of(at)).filter(reader=label.reader_id).first()
    return held is not None and bool(held.country) and held.undeliverable_at is None


def _note(label: Label, kind: str, by: Any, at: datetime, reason: str) -> None:
    if label.subscription is not None:
        story.note(label.subscription, kind, by=by, at=at, reason=reason[:200])
