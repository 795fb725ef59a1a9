"""What this room holds about a reader: places in pieces, the list, and from where a feed is fetched."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audio.models import FeedAlarm, FeedVisit, Place, PutBy
from magazine.personal import Chapter, Done, Fate, Holding, Rule, about_nobody, table

OURS = _("It is about the work of the house, not about its readers.")

HOLDINGS: tuple[Holding, ...] = (
    Holding(
        "audio.Place",
        _("Where you are in pieces you read or hear"),
        why=_("To go on there on any device."),
        rule="places",
    ),
    Holding("audio.PutBy", _("Your list"), why=_("To keep it for you.")),
    Holding(
        "audio.FeedVisit",
        _("From how many networks your own feed was fetched, none by its address"),
        why=_("To notice that an address for apps got about."),
        rule="feed_visits",
        not_exported=_("Of each network there is a keyed digest that tells nobody anything."),
    ),
    Holding(
        "audio.FeedAlarm",
        _("That your feed’s address got about, and was replaced"),
        why=_("So that our staff can explain it."),
        rule="feed_alarms",
    ),
    *(
        Holding(
            model,
            what,
            why=_("So that it can be answered for."),
            fate=Fate.KEPT,
            stays=_("What was read aloud, and who sent it, is part of what was published."),
            not_exported=OURS,
        )
        for model, what in (
            ("audio.Narration", _("Recordings, and which of our people sent them")),
            ("audio.Wording", _("How words are read, and which of our people said so")),
        )
    ),
    *about_nobody("audio.Pronunciation", "audio.VoiceChoice"),
)


def export(reader: Any) -> Iterator[Chapter]:
    """Yield places, list and alarms of ``reader``."""
    places = Place.objects.filter(reader=reader.pk).select_related("article")
    yield Chapter(
        "audio.Place",
        [
            {
                str(_("piece")): str(place.article),
                str(_("done, in per cent")): place.done,
                str(_("last there")): place.changed_at,
            }
            for place in places
        ],
    )
    put_by = PutBy.objects.filter(reader=reader.pk).select_related("article")
    yield Chapter(
        "audio.PutBy",
        [{str(_("piece")): str(one.article), str(_("put by")): one.put_by_at} for one in put_by],
    )
    yield table("audio.FeedAlarm", FeedAlarm.objects.filter(reader=reader.pk), "at", "networks")


def erase(reader: Any, at: datetime) -> Iterator[Done]:
    """Delete all of it."""
    for model in (Place, PutBy, FeedVisit, FeedAlarm):
        count, _by_model = model.objects.filter(reader=reader.pk).delete()
        yield Done(model._meta.label, count)


def places(before: datetime) -> int:
    """Forget where readers were in pieces that they have not come back to since before."""
    return Place.objects.filter(changed_at__lt=before).delete()[0]


def feed_visits(before: datetime) -> int:
    """Forget from where feeds were fetched before."""
    return FeedVisit.objects.filter(day__lt=timezone.localdate(before)).delete()[0]


def feed_alarms(before: datetime) -> int:
    """Forget alarms of before."""
    return FeedAlarm.objects.filter(at__lt=before).delete()[0]


RULES: tuple[Rule, ...] = (
    Rule(
        "places",
        _("Where readers are in a piece, after they were last there"),
        places,
        least=30,
        most=3660,
        why=_("A long piece is read in several sittings."),
    ),
    Rule(
        "feed_visits",
        _("From how many networks a feed was fetched"),
        feed_visits,
        least=2,
        most=31,
        why=_("It is compared over one day and the day before."),
    ),
    Rule(
        "feed_alarms",
        _("Feed addresses that got about"),
        feed_alarms,
        least=30,
        most=1830,
        why=_("So that staff can explain a new address."),
    ),
)
