"""Which advertisement stands where, and when."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from advertising.models import Placement
from advertising.placing import choose
from advertising.standing import placements
from articles.slots import Slot
from tests.advertising import advertised

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

# In the next hours: what is over for the clock on the wall is not even remembered.
NOW = (timezone.now() + timedelta(hours=2)).replace(minute=30, second=0, microsecond=0)
HOUR = timedelta(hours=1)
PAGES = [f"/politics/piece-{number}/" for number in range(1000)]


def chosen(page: str = "/politics/a/", at=NOW, slot: Slot = Slot.ARTICLE):
    placement = choose(slot, page, at)
    return placement.creative if placement else None


def test_the_desk_knows_the_slots_of_our_pages():
    assert set(Placement.Slot.values) == {slot.value for slot in Slot}


def test_it_is_the_same_for_everybody_within_an_hour_and_another_on_other_pages_and_at_other_hours():
    for _ in range(4):
        advertised.placement(from_at=NOW - HOUR)

    within = {chosen(at=NOW.replace(minute=minute)) for minute in range(60)}

    assert len(within) == 1
    assert len({chosen(page) for page in PAGES[:50]}) == 4
    assert len({chosen(at=NOW + number * HOUR) for number in range(50)}) == 4


def test_it_stands_as_often_as_its_weight_says():
    light, heavy = advertised.creative(), advertised.creative()
    advertised.placement(of=light, from_at=NOW - HOUR)
    advertised.placement(of=heavy, weight=3, from_at=NOW - HOUR)

    counted = Counter(chosen(page) for page in PAGES)

    assert 680 < counted[heavy] < 820


def test_one_more_takes_only_the_places_that_become_its_own():
    for _ in range(3):
        advertised.placement(from_at=NOW - HOUR)
    before = {page: chosen(page) for page in PAGES[:200]}
    new = advertised.creative()
    advertised.placement(of=new, from_at=NOW - HOUR)

    changed = [page for page in before if chosen(page) != before[page]]

    assert changed
    assert {chosen(page) for page in changed} == {new}


@pytest.mark.parametrize(
    ("fields", "stands"),
    [
        ({"from_at": NOW}, True),
        ({"from_at": NOW + timedelta(seconds=1)}, False),
        ({"from_at": NOW - HOUR, "until_at": NOW + timedelta(seconds=1)}, True),
        ({"from_at": NOW - HOUR, "until_at": NOW}, False),
        ({"from_at": NOW - HOUR, "is_on": False}, False),
        ({"from_at": NOW - HOUR, "slot": "front"}, False),
    ],
)
def test_it_stands_in_its_slot_from_its_first_instant_until_its_last(fields, stands):
    advertised.placement(**{"slot": "article"} | fields)

    assert (chosen() is not None) is stands


def test_choosing_asks_the_database_once_and_again_after_a_change(django_assert_num_queries):
    placement = advertised.placement(from_at=NOW - HOUR)
    with django_assert_num_queries(1):
        assert None not in {chosen(), chosen(PAGES[0])}
        assert chosen(slot=Slot.FRONT) is None
    placement.is_on = False
    placement.save()
    assert chosen() is None
    # Another process does not hear of it, and looks again after a minute.
    Placement.objects.update(is_on=True)
    assert chosen() is None
    placements.seconds, before = 0, placements.seconds
    try:
        assert chosen()
    finally:
        placements.seconds = before


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//elsewhere.example",
        "ftp://x.example",
        "gifts",
        "",
        "/\\evil",
    ],
)
@pytest.mark.parametrize("sponsor", ["", "The Tallow Bay Museum"])
def test_an_advertisement_leads_to_a_page_or_cannot_be_made(address, sponsor):
    with pytest.raises(IntegrityError):
        advertised.creative(address=address, sponsor=sponsor)


def test_a_sponsor_is_named_leads_to_the_web_and_our_own_may_lead_to_ourselves():
    assert advertised.creative(address="/subscribe/").full_clean() is None
    made = advertised.creative(sponsor="The Tallow Bay Museum")
    for wrong in ({"address": "/subscribe/"}, {"sponsor": ""}):
        for name, value in wrong.items():
            setattr(made, name, value)
        with pytest.raises(ValidationError):
            made.full_clean()
