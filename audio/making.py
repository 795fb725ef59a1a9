"""Makes the recordings: which there are to be, when one is made anew, and how far it is.

Any number of workers may do any of this at the same time, and may be killed at any point. Whoever makes a
recording takes its row first (``begun_at``, by compare and swap), says every second that it is at it
(``told_at``), and writes nothing to a row that another has taken over. The bytes are stored under their own
name before the row names them, and the old recording stays out until then.

Making is never urgent, and a worker does one thing at a time: when letters or anything else wait, the
reading is left after a sentence, and gone on with when they are sent. What was read is kept (``takes``).
"""

import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from articles.models import Article
from articles.models.article import ArticleQuerySet
from audio import freshness, keeping, readings, recording, script, takes
from audio.models import Narration
from audio.models.narration import new_key
from audio.processes import work_folder
from audio.recording import Recording
from audio.studio import ffmpeg
from audio.voices.listing import all_voices, voice_for
from magazine.work import claims, schedule
from magazine.work.claims import TakenOverError

logger = logging.getLogger(__name__)

# The priorities of the tasks (``audio.tasks``): what nobody asked for by hand, what was left for something
# more urgent, what somebody at the desk waits for.
PRIORITY, PRIORITY_OF_THE_REST, PRIORITY_BY_HAND = -20, -15, -10

# A failure is tried again after so long, or at once when something has changed or somebody asks.
RETRY_AFTER = timedelta(minutes=15)
# What was asked for and not begun after so long is asked for again: the task may be lost.
ASK_AGAIN = timedelta(minutes=30)
# So many wait at the same time: what is published meanwhile does not stand behind a whole back catalogue.
WAITING_AT_ONCE = 10
# How long one is read before room is made.
BEFORE_MAKING_ROOM = 5.0

# Of a row without a recording.
GONE: dict[str, Any] = {
    "mp3": "",
    "opus": "",
    "mp3_size": 0,
    "opus_size": 0,
    "duration_ms": 0,
    "loudness": None,
    "peak": None,
    "segments": [],
    "is_estimated": False,
    "made_from": "",
    "outline": "",
    "made_at": None,
    "agreed_at": None,
}


class MakingRoomError(RuntimeError):
    """Something more urgent waits; the recording is gone on with afterwards."""


def in_play() -> ArticleQuerySet:
    """Return the pieces that are to be heard: what is public, or approved and will be. Newest first.

    Those for an issue to come stand before what is out, so that it can be put to bed.
    """
    approved = Article.objects.at_hand().filter(status=Article.Status.APPROVED)
    return approved.order_by(F("published_at").desc(nulls_first=True), "-pk")


# -- Asking --------------------------------------------------------------------


def ask(narration: Narration, at: datetime | None = None, *, anew: bool = False) -> None:
    """Have ``narration`` made by the worker; with ``anew`` every sentence is voiced again.

    For somebody at the desk: it goes before what the worker finds out by itself.
    """
    if anew:
        _forget(narration)
    more: dict[str, Any] = {"made_from": "", "failed_at": None, "failure": ""} if anew else {}
    _ask(narration, at or timezone.now(), "audio.tasks.make_soon", **more)


def _ask(narration: Narration, at: datetime, task_path: str, **more: Any) -> None:
    with transaction.atomic():
        Narration.objects.filter(pk=narration.pk).update(asked_at=at, **more)
        schedule.soon(task_path, narration.pk)


def _forget(narration: Narration) -> None:
    """Forget the sounds that ``narration`` was made from: whoever asks again wants to hear others."""
    rows = Narration.objects.filter(pk=narration.pk).values_list("segments", flat=True)
    takes.forget(segment["take"] for segments in rows for segment in segments if segment["take"])


def exempt(article: Article, reason: str, by: Any) -> Narration:
    """Say that there is to be no recording of ``article``, and why: one that is there goes at once."""
    row = _row_of(article)
    gone = {**GONE, **_Claim.AT_REST}
    Narration.objects.filter(pk=row.pk).update(exempt_reason=reason, exempted_by=by, key=new_key(), **gone)
    row.refresh_from_db()
    return row


def include_again(article: Article, by: Any) -> Narration:
    """Take back that there is to be no recording of ``article``, and ask for one."""
    row = _row_of(article)
    Narration.objects.filter(pk=row.pk).update(exempt_reason="", exempted_by=None)
    row.refresh_from_db()
    ask(row)
    return row


def _row_of(article: Article) -> Narration:
    row, _made = Narration.objects.get_or_create(article=article)
    return row


# -- Looking -------------------------------------------------------------------


def look(at: datetime | None = None) -> list[Narration]:
    """Find out which recordings are missing or stale at ``at`` (default: now); ask for the newest of them.

    Returns those that were asked for, at most ``WAITING_AT_ONCE``. Recordings of what is not to be heard any
    more go. The cost is that of the outlines of all pieces in play: eleven queries, and no bodies.
    """
    at = at or timezone.now()
    _silent(at).update(begun_at=None, told_at=None, asked_at=None)
    keys = in_play().values_list("pk", flat=True)
    order = {key: place for place, key in enumerate(keys)}
    narrations = freshness.narrations_of(list(order)) if order else {}
    _take_away(order)
    if not (settings.AUDIO_BY_ITSELF and ffmpeg.is_there()):
        return []
    narrations |= _lay_rows(order.keys() - narrations.keys())
    human_ones = freshness.human_among(narrations.values())
    outlines = freshness.outlines(order, human=human_ones)
    can_read = bool(all_voices())
    due = [
        narrations[key]
        for key in order
        if key in narrations
        and key in outlines
        and (can_read or key in human_ones)
        and _is_due(narrations[key], outlines[key], at)
    ]
    Narration.objects.filter(pk__in=[one.pk for one in due[:_MANY]], stale_at=None).update(stale_at=at)
    waiting = sum(1 for key in order if key in narrations and _waits(narrations[key], at))
    asked = due[: max(0, WAITING_AT_ONCE - waiting)]
    for narration in asked:
        _ask(narration, at, "audio.tasks.make")
    return asked


def _silent(at: datetime) -> QuerySet[Narration]:
    """The rows whose workers have died: nobody has heard of them for too long."""
    return Narration.objects.filter(claims.silent(at, _Claim.TAKE_OVER), begun_at__isnull=False)


# The rows that one look marks as not what they should be; the rest in the next.
_MANY = 500


def _lay_rows(article_ids: Iterable[int]) -> dict[int, Narration]:
    """Lay a row for each of the articles."""
    wanted = list(article_ids)
    if not wanted:
        return {}
    Narration.objects.bulk_create((Narration(article_id=key) for key in wanted), ignore_conflicts=True)
    return freshness.narrations_of(wanted)


def _take_away(in_play: Collection[int]) -> None:
    """Take away the recordings of pieces that are not to be heard: their addresses lead nowhere from now."""
    heard = Narration.objects.exclude(mp3="").values_list("pk", "article_id")
    for pk, article_id in heard:
        if article_id not in in_play:
            Narration.objects.filter(pk=pk).update(key=new_key(), **GONE, **_Claim.AT_REST)


def _is_due(narration: Narration, outline: str, at: datetime) -> bool:
    if narration.is_exempt:
        return False
    if narration.begun_at is not None:
        return False
    if freshness.says_the_same(narration, outline):
        return False
    if narration.failed_at and narration.outline == outline:
        return not freshness.is_by_human(narration) and narration.failed_at < at - RETRY_AFTER
    if freshness.is_by_human(narration) and narration.mp3 and narration.outline == outline:
        # Known to be stale: an editor decides what becomes of it.
        return False
    return not _waits(narration, at)


def _waits(narration: Narration, at: datetime) -> bool:
    return narration.asked_at is not None and narration.asked_at > at - ASK_AGAIN


# -- Making --------------------------------------------------------------------


def make(narration_id: int) -> bool:
    """Make one recording, if it has changed; return whether there is a new one.

    Safe to run twice and at the same time. Why one could not be made is written on the row and in the log,
    and the recording that was there stays.
    """
    narration = Narration.objects.filter(pk=narration_id).first()
    if narration is None or narration.is_exempt:
        return False
    claim = _Claim.on(narration, exempt_reason="")
    if claim is None:
        return False
    try:
        return _made(narration, claim)
    except TakenOverError:
        logger.warning("Another worker took over the narration %s.", narration_id)
        return False
    except MakingRoomError:
        _leave(claim)
        return False
    except Exception as error:
        logger.exception("The narration %s could not be made.", narration_id)
        claim.give_up(error, outline=freshness.outline_of(narration))
        return False


def _made(narration: Narration, claim: "_Claim") -> bool:
    read_at = timezone.now()
    article = (
        in_play()
        .select_related("issue__cover", "lead_picture", "section")
        .filter(pk=narration.article_id)
        .first()
    )
    if article is None:
        claim.let_go(**GONE)
        return False
    # Before the text is read: what changes from here on is seen at the next look.
    outline = freshness.outline_of(narration)
    said = script.script_of(article)
    by_human = freshness.is_by_human(narration)
    voice = None if by_human else voice_for(article, said.language)
    about = recording.credits_of(article)
    made_from = freshness.made_from(said, about.label, voice)
    is_there = keeping.is_there(narration)
    if is_there and narration.made_from == made_from and (voice or narration.source == "human"):
        claim.let_go(outline=outline, agreed_at=read_at)
        return False
    if is_there and by_human and narration.source == "human" and narration.made_from:
        # The words have changed, and the one who read them is not here.
        claim.let_go(outline=outline, stale_at=timezone.now())
        return False
    with work_folder() as folder:
        if voice is None:
            made = readings.prepare(narration, said, about, folder=folder, meanwhile=claim.meanwhile)
        else:
            made = recording.record(
                said, about, voice, folder=folder, tell=claim.at, meanwhile=claim.meanwhile
            )
        logger.info("%d sentences of “%s” were voiced.", made.voiced, article)
        source = Narration.Source.HUMAN if by_human else Narration.Source.MACHINE
        _hand_over(
            claim,
            made,
            source=source,
            voice=voice.name if voice else "",
            reader_name=narration.reader_name if by_human else "",
            made_from=made_from,
            outline=outline,
            agreed_at=read_at,
        )
    return True


def _hand_over(claim: "_Claim", made: Recording, **told: Any) -> None:
    mp3, opus = keeping.store(made.files)
    claim.let_go(
        key=new_key(),
        mp3=mp3,
        opus=opus,
        mp3_size=len(made.files.mp3),
        opus_size=len(made.files.opus),
        duration_ms=made.duration_ms,
        loudness=made.files.level.loudness,
        peak=made.files.level.peak,
        segments=made.segments,
        is_estimated=made.is_estimated,
        made_at=timezone.now(),
        **told,
    )
    # The tidying may have taken old files of the same bytes away just before the row named them.
    keeping.store(made.files)


def _leave(claim: "_Claim") -> None:
    """Leave the recording as far as it is, and have it gone on with after what waits."""
    with suppress(TakenOverError), transaction.atomic():
        claim.let_go(asked_at=timezone.now(), stale_at=F("stale_at"), percent=F("percent"))
        schedule.soon("audio.tasks.go_on", claim.row.pk)


@dataclass
class _Claim(claims.Claim):
    """One worker's hold on a narration, and since when it reads."""

    since: float = field(default_factory=monotonic)
    percent: int = 0

    TAKE_OVER = freshness.TAKE_OVER

    def at(self, percent: int, may_leave: bool = False) -> None:
        """Note how far it is; where ``may_leave``, make room for what is more urgent.

        Raises ``TakenOverError`` when another has begun in between, and ``MakingRoomError``.
        """
        self.percent = max(self.percent, min(percent, 99))
        self.meanwhile()
        if (
            may_leave
            and monotonic() - self.since > BEFORE_MAKING_ROOM
            and schedule.is_waiting(above=PRIORITY_OF_THE_REST)
        ):
            raise MakingRoomError

    def meanwhile(self) -> None:
        """Note that somebody is at it. Raises ``TakenOverError``."""
        self.tell(percent=self.percent)
