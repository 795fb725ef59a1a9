"""Sending the post: a letter is on record word for word before it goes, and noted when it has gone.

=============================  =========================================  =================================
What happened                  What the record says                       What follows
=============================  =========================================  =================================
Queued                         neither begun nor sent                     it is sent
Sent                           begun and sent                             nothing: nobody gets it twice
The mail server refused        neither, ``failure`` says why              it is tried again
Its reason is gone             neither, ``failure``: “No longer true: …”  nothing
Killed while it was going out  begun, and not sent: **in doubt**          nothing until staff send it again
=============================  =========================================  =================================

Whether a letter in doubt has gone out nobody here can know. It is better that a person decides than that
a reader gets two.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from magazine.mail import Written
from magazine.work import schedule
from subscriptions.letters import LETTERS
from subscriptions.models import Letter

# How the record of a letter begins whose reason is gone: it is never sent.
NO_LONGER_TRUE = "No longer true: "
# A letter that was begun less than this ago is on its way, and not in doubt.
ON_ITS_WAY = timedelta(minutes=10)
# How long a letter that could not be sent is tried again, by itself.
PATIENCE = timedelta(days=3)
AT_ONCE = 500


class State(models.TextChoices):
    """How far a letter has come."""

    WAITING = "waiting", _("Waiting")
    ON_ITS_WAY = "on_its_way", _("On its way")
    SENT = "sent", _("Sent")
    IN_DOUBT = "in_doubt", _("In doubt")
    FAILED = "failed", _("Not sent yet")
    DROPPED = "dropped", _("No longer true")


class CannotSendAgainError(ValueError):
    """The letter was sent, is on its way, or somebody else had it sent again a moment ago."""


def state_of(letter: Letter, at: datetime | None = None) -> State:
    """Say how far ``letter`` has come at ``at`` (default: now)."""
    if letter.sent_at:
        return State.SENT
    if letter.begun_at:
        in_doubt = letter.begun_at <= (at or timezone.now()) - ON_ITS_WAY
        return State.IN_DOUBT if in_doubt else State.ON_ITS_WAY
    if letter.failure.startswith(NO_LONGER_TRUE):
        return State.DROPPED
    return State.FAILED if letter.failure else State.WAITING


def in_state(
    letters: models.QuerySet[Letter], state: str, at: datetime | None = None
) -> models.QuerySet[Letter]:
    """Keep those of ``letters`` that ``state_of`` would find in ``state`` at ``at`` (default: now)."""
    begun_long_ago = Q(begun_at__lte=(at or timezone.now()) - ON_ITS_WAY)
    unsent = Q(sent_at=None)
    untouched = Q(sent_at=None, begun_at=None)
    dropped = Q(failure__startswith=NO_LONGER_TRUE)
    condition = {
        State.WAITING: untouched & Q(failure=""),
        State.ON_ITS_WAY: unsent & Q(begun_at__isnull=False) & ~begun_long_ago,
        State.SENT: ~unsent,
        State.IN_DOUBT: unsent & begun_long_ago,
        State.FAILED: untouched & ~Q(failure="") & ~dropped,
        State.DROPPED: untouched & dropped,
    }[State(state)]
    return letters.filter(condition)


def send(letter_id: int, at: datetime | None = None) -> bool:
    """Send one letter as of ``at`` (default: now); return whether it went out just now.

    Safe to run twice and by two at once. Whatever goes wrong is noted, and raised.
    """
    waiting = Letter.objects.filter(pk=letter_id, begun_at=None).exclude(failure__startswith=NO_LONGER_TRUE)
    letter = waiting.select_related("reader").first()
    if letter is None:
        return False
    try:
        written, reason = _written(letter, at or timezone.now())
    except Exception as error:
        waiting.update(failure=_told("It could not be written", error))
        raise
    if written is None:
        waiting.update(failure=f"{NO_LONGER_TRUE}{reason}."[:200])
        return False

    address = address_of(letter)
    # Claim and record in one step: of two overlapping runs one writes to the reader, and says first what.
    if not waiting.update(
        begun_at=at or timezone.now(),
        address=address,
        subject=written.subject[:250],
        text=written.text,
        failure="",
    ):
        return False
    try:
        written.send(address)
    except Exception as error:
        failure = _told("The mail server did not take it", error)
        Letter.objects.filter(pk=letter_id).update(begun_at=None, failure=failure)
        raise
    Letter.objects.filter(pk=letter_id).update(sent_at=at or timezone.now())
    return True


def send_all(letter_ids: Iterable[int], at: datetime | None = None) -> int:
    """Send each of these letters as of ``at`` (default: now); return how many went out just now.

    One that cannot be sent does not keep the others back; the last such trouble is raised after them.
    """
    sent, trouble = 0, None
    for letter_id in letter_ids:
        try:
            sent += send(letter_id, at)
        except Exception as error:
            trouble = error
    if trouble is not None:
        raise trouble
    return sent


def send_again(letter: Letter, *, at: datetime | None = None) -> None:
    """Have a letter that is in doubt, or that could not be sent, sent once more.

    Two who ask for it at once have it sent once. Raises ``CannotSendAgainError``.
    """
    with transaction.atomic():
        unchanged = Letter.objects.filter(pk=letter.pk, begun_at=letter.begun_at, failure=letter.failure)
        doubtful = in_state(unchanged, State.IN_DOUBT, at) | in_state(unchanged, State.FAILED, at)
        if not doubtful.update(begun_at=None, failure=""):
            raise CannotSendAgainError
        schedule.soon("subscriptions.tasks.send_letter", letter.pk)


def queue_waiting(at: datetime | None = None) -> int:
    """Queue what should have gone out by ``at`` (default: now) and has not; return how many letters.

    The worker tries a letter three times within minutes; a mail server may be away for longer.
    """
    at = at or timezone.now()
    late = Letter.objects.filter(recorded_at__gt=at - PATIENCE, recorded_at__lte=at - ON_ITS_WAY)
    waiting = in_state(late, State.WAITING, at) | in_state(late, State.FAILED, at)
    ids = list(waiting.order_by("recorded_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    for letter_id in ids:
        schedule.soon("subscriptions.tasks.send_letter", letter_id)
    return len(ids)


def address_of(letter: Letter) -> str:
    """Return where ``letter`` goes: to its reader, wherever they are known now, or to whom it was written."""
    return letter.address if LETTERS[letter.kind].is_for_others else letter.reader.email


def _written(letter: Letter, at: datetime) -> tuple[Written | None, str]:
    """Return the letter as it would go out at ``at``, or none and why it need not."""
    is_to_reader = address_of(letter) == letter.reader.email
    if is_to_reader and letter.kind != Letter.Kind.ERASURE and letter.reader.leaves_on():
        return None, str(_("the reader wants to be forgotten, and to have no more letters"))
    message, reason = LETTERS[letter.kind].for_letter(letter, at)
    return (message.write(), "") if message else (None, reason)


def _told(what: str, error: Exception) -> str:
    return f"{what} ({type(error).__name__}: {error})."[:200]
