"""“Audio provided for all articles” is kept at a hundred per cent with exemptions named, and broken below."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from audio import making, promises
from audio.models import Narration
from magazine import vault
from subscriptions.promises import State
from tests import make
from tests.audio.fakes import narrated

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def look():
    return promises.coverage(timezone.now(), {})


def published(ago=2 * HOUR, **fields):
    return make.article(published_at=timezone.now() - ago, **fields)


def test_it_is_kept_when_every_piece_can_be_heard_and_names_what_is_exempt():
    narrated(published())
    making.exempt(published(headline="Crossword 12"), "Clues are read", make.staff(Role.EDITOR))

    finding = look()

    assert finding.state == State.KEPT
    assert "1 of 1 piece can be heard" in finding.sentence
    assert "“Crossword 12” (Clues are read)" in finding.sentence


@pytest.mark.parametrize(
    ("ago", "state"),
    [(HOUR - timedelta(minutes=1), State.KEPT), (HOUR + timedelta(minutes=1), State.BROKEN)],
)
def test_a_new_piece_has_an_hour(ago, state):
    published(ago)
    assert look().state == state


def test_a_piece_that_was_never_read_breaks_it():
    narrated(published())
    published(headline="Tides")

    finding = look()

    assert (finding.state, finding.count) == (State.BROKEN, 1)
    assert finding.sentence.startswith("1 of 2 pieces")
    assert finding.rows[0].text == "Tides: Missing"


@pytest.mark.parametrize(("ago", "state"), [(HOUR / 2, State.KEPT), (2 * HOUR, State.BROKEN)])
def test_what_is_stale_has_an_hour_from_when_that_was_found(ago, state):
    article = published()
    narrated(article)
    article.corrections.create(note="It was a Tuesday.")
    Narration.objects.update(stale_at=timezone.now() - ago)

    assert look().state == state


def test_a_file_that_is_gone_breaks_it():
    narration = narrated(published())
    vault.storage().delete(narration.mp3)

    assert "the file is gone" in look().rows[0].text


def test_it_costs_the_same_for_many_pieces(django_assert_max_num_queries):
    def several():
        narrated(published())
        published()
        making.exempt(published(), "A crossword", make.staff(Role.EDITOR))

    several()
    with django_assert_max_num_queries(15) as few:
        look()
    several()
    with django_assert_max_num_queries(len(few)):
        look()
