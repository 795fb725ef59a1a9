"""Whole days hold everywhere: at the ends of months, on 29 February, and when the clocks change."""

import os
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from subscriptions import access, terms
from subscriptions.features import Feature
from subscriptions.life import pauses, renewals
from subscriptions.life.lifecycle import State, standing
from subscriptions.models import Entitlement
from subscriptions.paying import guarantee, payments
from tests import make

pytestmark = pytest.mark.wide

DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def representative_zones() -> list[str]:
    """One zone for each pair of offsets that a year has anywhere; in a drill, every zone there is."""
    names = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
    if DRILL:
        return names
    by_year: dict[tuple, str] = {}
    for name in names:
        zone = zoneinfo.ZoneInfo(name)
        year = [datetime(2027, month, 15, tzinfo=UTC).astimezone(zone) for month in range(1, 13)]
        by_year.setdefault(tuple(sorted({one.utcoffset() for one in year})), name)
    # And those where the clocks jump at midnight, twice a year, by half an hour, or over a whole day.
    odd = ["Africa/Cairo", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia"]
    return sorted({*by_year.values(), *odd})


ZONES = representative_zones()
# Where things go wrong: new year, leap days, both clock changes here and in the other hemisphere.
DAYS = [
    *(date(2027, 12, 31) + n * DAY for n in range(2)),
    *(date(2028, 2, 28) + n * DAY for n in range(3)),
    *(date(2027, 2, 28) + n * DAY for n in range(2)),
    *(date(2027, 3, 27) + n * DAY for n in range(3)),
    *(date(2027, 10, 30) + n * DAY for n in range(3)),
    *(date(2027, 4, 3) + n * DAY for n in range(3)),
    *(date(2027, 9, 4) + n * DAY for n in range(3)),
    date(2011, 12, 29),
    date(2011, 12, 31),
]


@pytest.mark.parametrize("zone", ZONES)
def test_days_touch_and_every_instant_has_one(settings, zone):
    settings.TIME_ZONE = zone

    for on in DAYS:
        begins, ends = terms.start_of(on), terms.end_of(on)
        assert begins < ends
        assert terms.day_of(begins) == on
        assert terms.day_of(ends - INSTANT) == on
        assert terms.day_of(begins - INSTANT) < on < terms.day_of(ends)
        assert terms.last_day_before(ends) == on


def test_a_whole_year_of_days_has_neither_gap_nor_overlap_wherever_the_magazine_is(settings):
    for zone in ZONES if DRILL else ["Europe/London", "America/Santiago", "Asia/Kolkata"]:
        settings.TIME_ZONE = zone
        for number in range(366):
            on = date(2028, 1, 1) + number * DAY
            assert terms.end_of(on) == terms.start_of(on + DAY)
            assert timedelta(hours=22) < terms.end_of(on) - terms.start_of(on) < timedelta(hours=26)


# -- Terms that follow each other ---------------------------------------------------------------


@pytest.mark.parametrize("months", [1, 3, 12])
def test_terms_touch_for_ten_years_from_every_day_of_a_leap_year(months):
    for number in range(366):
        anchor = date(2028, 1, 1) + number * DAY
        spans = [terms.span(anchor, after_months=after, months=months) for after in range(0, 120, months)]
        assert spans[0].starts_on == anchor
        assert all(before.ends_on + DAY == after.starts_on for before, after in pairwise(spans))
        assert spans[-1].ends_on + DAY == terms.anniversary(anchor, 120)
        for span in spans:
            assert span.starts_on.day == anchor.day or (span.starts_on + DAY).day == 1
            assert span.days >= {1: 28, 3: 89, 12: 365}[months]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "ordered_at"),
    [
        # Just before and after midnight where the magazine is; on leap day; at a jump of the clocks.
        ("Europe/London", datetime(2028, 2, 28, 23, 59, 59, tzinfo=UTC)),
        ("Europe/London", datetime(2028, 2, 29, 0, 0, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2028, 3, 1, 4, 59, 59, tzinfo=UTC)),
        ("America/Santiago", datetime(2027, 9, 5, 3, 59, 59, tzinfo=UTC)),
        ("America/Santiago", datetime(2027, 9, 5, 4, 0, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2027, 12, 31, 10, 0, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2028, 1, 1, 10, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_reader_has_the_first_day_whole_and_the_last_day_whole(settings, zone, ordered_at):
    settings.TIME_ZONE = zone
    make.sold_plan()
    first_on = ordered_at.astimezone(zoneinfo.ZoneInfo(zone)).date()

    subscription = make.subscription(months=1, at=ordered_at)
    bill = renewals.bill_next_term(subscription, at=ordered_at)
    payments.confirm(bill, paid_on=first_on, at=ordered_at)

    kept = payments.kept_terms(make.loaded(subscription))
    assert [kept[0].starts_on, kept[1].ends_on + DAY] == [first_on, terms.anniversary(first_on, 2)]
    of_terms = Entitlement.objects.exclude(term=None).order_by("from_at")
    rights = list(of_terms.filter(feature=Feature.EXCLUSIVE_CONTENT))
    assert rights[0].from_at == terms.start_of(first_on)
    assert rights[0].until_at == rights[1].from_at
    assert rights[1].until_at == terms.end_of(kept[1].ends_on)
    last_instant = terms.end_of(kept[1].ends_on) - INSTANT
    assert access.may(subscription.reader, Feature.EXCLUSIVE_CONTENT, last_instant).granted
    assert standing(make.loaded(subscription), last_instant).state == State.ACTIVE
    assert standing(make.loaded(subscription), last_instant + INSTANT).state == State.LAPSED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("began_on", "ends"),
    [
        (date(2027, 1, 29), ["2027-02-27", "2027-03-28", "2027-04-28"]),
        (date(2027, 1, 30), ["2027-02-27", "2027-03-29", "2027-04-29"]),
        (date(2027, 1, 31), ["2027-02-27", "2027-03-30", "2027-04-29"]),
        (date(2028, 1, 31), ["2028-02-28", "2028-03-30", "2028-04-29"]),
        (date(2028, 2, 29), ["2028-03-28", "2028-04-28", "2028-05-28"]),
        (date(2027, 8, 31), ["2027-09-29", "2027-10-30", "2027-11-29"]),
        (date(2027, 12, 31), ["2028-01-30", "2028-02-28", "2028-03-30"]),
    ],
)
def test_who_began_at_the_end_of_a_month_renews_at_the_end_of_each(began_on, ends):
    make.sold_plan()
    at = datetime(began_on.year, began_on.month, began_on.day, 12, tzinfo=UTC)
    subscription = make.subscription(months=1, at=at)
    for _term in range(2):
        last_on = payments.kept_terms(make.loaded(subscription))[-1].ends_on
        now = terms.start_of(last_on)
        payments.confirm(renewals.bill_next_term(subscription, at=now), paid_on=last_on, at=now)

    kept = payments.kept_terms(make.loaded(subscription))
    assert [term.ends_on.isoformat() for term in kept] == ends


@pytest.mark.django_db
def test_the_months_go_on_from_their_day_when_a_pause_moved_it(settings):
    settings.TIME_ZONE = "America/Santiago"
    make.sold_plan()
    at = datetime(2027, 8, 31, 12, tzinfo=UTC)
    subscription = make.subscription(months=1, at=at)
    # The day on which the clocks jump over midnight is the first of the rest.
    pauses.pause(subscription, date(2027, 9, 5), date(2027, 9, 11), by=None, at=at)

    last_on = payments.kept_terms(make.loaded(subscription))[-1].ends_on
    bill = renewals.bill_next_term(subscription, at=terms.start_of(last_on))
    term = payments.confirm(bill, paid_on=last_on, at=terms.start_of(last_on))

    assert last_on == date(2027, 9, 29) + 7 * DAY
    assert (term.starts_on, term.ends_on) == (date(2027, 10, 7), date(2027, 11, 6))


# -- Day 60 ------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Europe/London", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("hour", [0, 9, 10, 11, 12, 23])
def test_wherever_magazine_and_reader_are_the_sixtieth_day_is_the_readers(settings, zone, hour):
    """Counted in the reader's zone or the magazine's, whichever is later, the whole day is theirs."""
    settings.TIME_ZONE = zone
    make.sold_plan()
    charged_at = datetime(2027, 1, 1, hour, 30, tzinfo=UTC)
    subscription = make.subscription(at=charged_at)

    for reader_zone in ZONES:
        theirs = zoneinfo.ZoneInfo(reader_zone)
        for counted_in in (theirs, zoneinfo.ZoneInfo(zone)):
            sixtieth = charged_at.astimezone(counted_in).date() + 60 * DAY
            last = datetime.combine(sixtieth, datetime.max.time(), tzinfo=theirs)
            assert guarantee.window(charged_at, 60).closes_at > last, reader_zone

    closes_at = guarantee.window(charged_at, 60).closes_at
    assert guarantee.last_day_to_claim(subscription, closes_at - INSTANT) is not None
    assert guarantee.last_day_to_claim(subscription, closes_at) is None
