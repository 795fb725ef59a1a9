"""Whether a recording still says what its article says, without reading the article.

A recording is fresh while ``made_from`` equals what it would be made from now. To know that costs the script
of the piece, which is too much for a board of all pieces and for each minute. So an *outline* is kept beside
it: a digest of everything that the script and the recording come from, in which the text stands by the
version of its article. That costs six queries, however many articles are asked about. Another outline means
"look"; ``made_from`` decides. A new way of saying a word is in no outline, for it would be in that of every
piece: it takes the outlines away of those in which the word stands (``audio.models.voices``).
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Byline, Correction
from audio import script, studio
from audio.models import Narration, Wording
from audio.voices.base import Voice, VoiceMissingError
from audio.voices.listing import Casting, first_names

# Whoever makes a recording says every few seconds that it is at it. After such a silence it is dead.
TAKE_OVER = timedelta(seconds=100)
# More keys than this are not told to the database one by one: it is asked for everything.
MANY = 500
# An outline is two digests: of the text, and of who reads it. This stands where nobody here can.
HALF = 32
NOBODY = "0" * HALF

Row = TypeVar("Row", bound=models.Model)


class State(models.TextChoices):
    """How things stand with the recording of one article.

    What there is goes before what is being done about it: a recording that is made anew is stale until then.
    """

    READY = "ready", _("Ready")
    STALE = "stale", _("Stale")
    MAKING = "making", _("Being made")
    QUEUED = "queued", _("Waiting to be made")
    FAILED = "failed", _("Failed")
    EXEMPT = "exempt", _("Exempt")
    MISSING = "missing", _("Missing")


def states_of(articles: Iterable[Article], at: datetime | None = None) -> dict[int, State]:
    """Return how things stand with each of ``articles`` at ``at`` (default: now), by their keys.

    Six queries, no bodies; of ``articles`` nothing is read but the keys.
    """
    keys = [article.pk for article in articles]
    narrations = narrations_of(keys)
    outlined = outlines(keys, human=human_among(narrations.values()))
    return {
        key: state_of(narrations[key], outlined.get(key, ""), at) if key in narrations else State.MISSING
        for key in keys
    }


def state_of(narration: Narration, outline: str, at: datetime | None = None) -> State:
    """Return how things stand with ``narration`` when its article has ``outline``. No query."""
    if narration.is_exempt:
        return State.EXEMPT
    if narration.failed_at:
        return State.FAILED
    if narration.mp3:
        return State.READY if says_the_same(narration, outline) else State.STALE
    if is_being_made(narration, at):
        return State.MAKING
    return State.QUEUED if narration.asked_at or narration.stale_at else State.MISSING


def says_the_same(narration: Narration, outline: str) -> bool:
    """Whether nothing is known to have changed since ``narration`` was made."""
    if not (narration.mp3 and narration.made_from) or narration.failed_at:
        return False
    if outline.endswith(NOBODY):
        # A voice that is gone makes no recording wrong.
        same = narration.outline[:HALF] == outline[:HALF]
    else:
        same = narration.outline == outline
    if not same:
        return False
    # What a person has read stays out until an editor decides; that it is stale was found out before.
    return narration.source != Narration.Source.HUMAN or narration.stale_at is None


def is_being_made(narration: Narration, at: datetime | None = None) -> bool:
    """Whether a worker is at it, and has not been silent for so long that it must be dead."""
    told_at = narration.begun_at and (narration.told_at or narration.begun_at)
    return told_at is not None and told_at > (at or timezone.now()) - TAKE_OVER


def is_by_human(narration: Narration) -> bool:
    """Whether the recording is, or is about to be, what somebody has read and sent."""
    return bool(narration.original)


def human_among(narrations: Iterable[Narration]) -> set[int]:
    """Return the keys of the articles that a person reads."""
    return {one.article_id for one in narrations if is_by_human(one)}


def narrations_of(article_ids: Collection[int]) -> dict[int, Narration]:
    """Return the narrations of the articles ``article_ids``, without what is heard when. One query."""
    rows = _narrow(Narration.objects.defer("segments"), "article", article_ids)
    return {narration.article_id: narration for narration in rows}


def outlines(article_ids: Collection[int], *, human: Collection[int] = ()) -> dict[int, str]:
    """Return the outline of each article that there is among ``article_ids``, by their keys: five queries.

    Of those in ``human``, which a person reads, the voices and ways of saying things are no part.
    """
    columns = ("pk", "version", "headline", "issue_id", "lead_picture_id")
    articles = _narrow(Article.objects.order_by("pk"), "pk", article_ids).values_list(*columns)
    around = _around(article_ids)
    cast = Casting.load()
    authors = first_names(article_ids if len(article_ids) <= MANY else None)
    house = digest([script.RULES, studio.RULES])
    found = {}
    for key, *seen in articles:
        text = [seen, around[key]["text"]]
        if key in human:
            found[key] = digest(["human", text])[:HALF] + digest("human")[:HALF]
            continue
        voice = _voice_seen(cast, authors.get(key))
        said = digest(["machine", text, house, around[key]["wordings"]])[:HALF]
        found[key] = said + (digest(voice)[:HALF] if voice else NOBODY)
    return found


def outline_of(narration: Narration) -> str:
    """Return the outline of the article of ``narration``."""
    key = narration.article_id
    return outlines([key], human=human_among([narration])).get(key, "")


def made_from(said: "script.Script", label: Collection[str], voice: Voice | None) -> str:
    """Return what a recording is known to be made from: script, tags, voice.

    Without a voice it is what a person reads, which no way of saying things changes: the words as they are
    written.
    """
    if voice is None:
        return digest(["human", [(block.kind, block.digest) for block in said.blocks]])
    return digest(["machine", said.fingerprint, list(label), voice.fingerprint, studio.RULES])


def digest(said: Any) -> str:
    """Return a digest of ``said``, which is anything that can be written down as JSON."""
    return hashlib.sha256(json.dumps(said, default=str, ensure_ascii=False).encode()).hexdigest()


def _voice_seen(cast: Casting, author_id: int | None) -> str:
    try:
        return cast.voice_for(author_id).fingerprint
    except VoiceMissingError:
        return ""


def _around(article_ids: Collection[int]) -> dict[int, dict[str, list[Any]]]:
    """What is said of each article elsewhere."""
    seen: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    bylines = _narrow(Byline.objects.order_by("article_id", "position", "pk"), "article", article_ids)
    corrections = _narrow(Correction.objects.order_by("article_id", "pk"), "article", article_ids)
    wordings = _narrow(Wording.objects.order_by("article_id", "pk"), "article", article_ids)
    for key, *rest in bylines.values_list("article_id", "author__name", "role"):
        seen[key]["text"].append(rest)
    for key, on, note in corrections.values_list("article_id", "corrected_on", "note"):
        seen[key]["text"].append([on.isoformat(), note])
    for key, *rest in wordings.values_list("article_id", "block_digest", "spoken"):
        seen[key]["wordings"].append(rest)
    return seen


def _narrow(rows: models.QuerySet[Row], name: str, keys: Collection[int]) -> models.QuerySet[Row]:
    return rows if len(keys) > MANY else rows.filter(**{f"{name}__in": list(keys)})
