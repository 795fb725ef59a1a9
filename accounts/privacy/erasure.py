"""Erasing an account: asked for, done some days later, and called off until then.

============  ====================================================================================
Asked         nothing is written any more, nothing is charged any more; the account can be used
Called off    letters come again; what was cancelled stays cancelled, and can be taken up again
Done          every room has erased its part (``magazine.personal``); only the books' rows are left
============  ====================================================================================

It is done at the first night after ``settings.PRIVACY_ERASURE_DAYS``. Money that is on its way to the reader
holds it up, but never beyond ``LATEST`` after it was asked.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ErasureRequest, User
from accounts.privacy import own
from magazine import personal
from magazine.personal import Fate, Holding, Loss

# Within a month of the request, whatever holds it up (SAFETY.md, A7; the law says the same).
LATEST = timedelta(days=28)


class CannotEraseError(ValueError):
    """The account cannot be erased as things are; the text is the sentence for whoever asked."""


@dataclass(frozen=True)
class Line:
    """What an erasure does with one table: so many rows."""

    holding: Holding
    count: int


@dataclass(frozen=True)
class Plan:
    """What erasing an account does, found out by doing and undoing it."""

    due_on: date
    lines: tuple[Line, ...]
    losses: tuple[Loss, ...]
    unfinished: tuple[str, ...]
    named_until_on: date | None

    def of(self, fate: Fate) -> list[Line]:
        """Return the lines with that fate which are about anything."""
        return [line for line in self.lines if line.holding.fate is fate and line.count]

    @property
    def goes(self) -> list[Line]:
        """What is deleted."""
        return self.of(Fate.GOES)

    @property
    def emptied(self) -> list[tuple[str, list[Line]]]:
        """What stays without a word about the person: by the reason for which it stays."""
        return _by_reason(self.of(Fate.EMPTIED))

    @property
    def kept(self) -> list[tuple[str, list[Line]]]:
        """What stays as it is, and names nobody: by the reason for which it stays."""
        return _by_reason(self.of(Fate.KEPT))


def _by_reason(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    together: dict[str, list[Line]] = {}
    for line in lines:
        together.setdefault(str(line.holding.stays), []).append(line)
    return list(together.items())


class _UndoneError(Exception):
    """Takes a rehearsal back."""


@contextmanager
def _undone() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _UndoneError
    except _UndoneError:
        pass


def rehearse(reader: User, at: datetime | None = None) -> Plan:
    """Say what erasing ``reader`` would do, by doing it in full and undoing it."""
    at = at or timezone.now()
    losses = tuple(personal.losses(reader, at))
    unfinished = tuple(personal.unfinished(reader))
    named_until_on = personal.named_until(reader)
    lines: tuple[Line, ...] = ()
    with _undone():
        lines = tuple(_erase(reader, at))
    return Plan(due_on(at), lines, losses, unfinished, named_until_on)


def due_on(at: datetime) -> date:
    """Return the day on which an account is erased that was asked to be at ``at``."""
    return timezone.localdate(at) + timedelta(days=settings.PRIVACY_ERASURE_DAYS)


def check(reader: User) -> None:
    """Raise ``CannotEraseError`` for whoever still works here: the house has to let them go first."""
    if reader.is_staff or reader.is_superuser:
        raise CannotEraseError(
            _("You work here: a publisher has to take your role from you before your account can be erased.")
        )
    if reader.is_erased:
        raise CannotEraseError(_("This account is erased already."))


def ask(
    reader: User,
    *,
    gives_up: bool,
    by: User | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> ErasureRequest:
    """Have ``reader`` erased; asked twice, it is the first request that counts.

    ``gives_up`` says that they know what they lose; ``by`` is who acts on a written request, for ``reason``.
    Raises ``CannotEraseError``.
    """
    at = at or timezone.now()
    check(reader)
    if personal.losses(reader, at) and not gives_up:
        raise CannotEraseError(_("Please say that you give up what you have left, or use it first."))
    if by is not None and by != reader and not reason.strip():
        raise CannotEraseError(_("Say where the reader’s written request is kept."))
    try:
        with transaction.atomic():
            request = ErasureRequest.objects.create(
                reader=reader,
                asked_at=at,
                asked_by=by if by != reader else None,
                reason=reason.strip(),
                due_on=due_on(at),
                wanted_news=reader.wants_news,
            )
            User.objects.filter(pk=reader.pk).update(wants_news=False)
            personal.stop(reader, at, by or reader)
    except IntegrityError:
        return ErasureRequest.objects.open().get(reader=reader)
    return request


def call_off(reader: User, *, at: datetime | None = None) -> bool:
    """Keep the account after all; return whether that was still possible."""
    with transaction.atomic():
        request = ErasureRequest.objects.select_for_update().open().filter(reader=reader).first()
        if request is None:
            return False
        request.called_off_at = at or timezone.now()
        request.save(update_fields=["called_off_at"])
        User.objects.filter(pk=reader.pk).update(wants_news=request.wanted_news)
    return True


def erase_due(at: datetime | None = None, *, dry_run: bool = False) -> list[ErasureRequest]:
    """Erase every account whose day has come at ``at`` (default: now); return the requests that were done.

    Each in a transaction of its own, so that one that fails keeps no other back; the last such failure is
    raised at the end. ``dry_run`` does it all and takes it back. Safe to run twice, and by two at once.
    """
    at = at or timezone.now()
    done, trouble = [], None
    for key in list(ErasureRequest.objects.due(timezone.localdate(at)).values_list("pk", flat=True)):
        try:
            if request := _do(key, at, dry_run=dry_run):
                done.append(request)
        except Exception as error:
            trouble = error
    if done and not dry_run:
        # A session is refused since its owner's password is gone; here its row goes, too.
        own.sign_out({request.reader_id for request in done})
    if trouble is not None:
        raise trouble
    return done


def _do(key: int, at: datetime, *, dry_run: bool) -> ErasureRequest | None:
    with _undone() if dry_run else transaction.atomic():
        due = ErasureRequest.objects.select_for_update(of=["self"]).due(timezone.localdate(at))
        request = due.filter(pk=key).select_related("reader").first()
        if request is None:
            return None
        person = request.reader
        if person.is_staff or (personal.unfinished(person) and at < request.asked_at + LATEST):
            return None
        until_on = personal.named_until(person)
        name, email = person.name, person.email
        request.did = {line.holding.model: line.count for line in _erase(person, at)}
        request.done_at = at
        # A reason may name its reader.
        request.reason = ""
        if until_on and until_on >= timezone.localdate(at):
            request.kept_name, request.kept_email, request.kept_until_on = name, email, until_on
        request.save()
        ErasureRequest.objects.filter(reader=person).update(reason="")
    return request


def _erase(reader: Any, at: datetime) -> Iterator[Line]:
    named = personal.holdings()
    counted: Counter[str] = Counter()
    for done in personal.erase(reader, at):
        counted[done.model] += done.count
    yield from (Line(named[model], count) for model, count in counted.items())
