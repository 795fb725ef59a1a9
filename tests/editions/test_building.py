"""Builders in processes of their own: they make the same bytes, and may be killed."""

import os
import random
import signal
import threading
from datetime import timedelta
from time import monotonic

import pytest
from django.utils import timezone

from editions import freshness, keeping, making
from editions.builders import epub
from editions.models import Edition, Format
from magazine import vault
from tests import make
from tests.editions.building import built_apart
from tests.editions.test_epub import stored, with_everything
from tests.killing import done_apart


@pytest.mark.wide
@pytest.mark.django_db
def test_a_fresh_process_makes_the_same_book_to_the_byte():
    text = with_everything()

    assert built_apart(text, Format.EPUB, seed=1) == epub.build(text).data


@pytest.mark.drill
@pytest.mark.django_db
@pytest.mark.parametrize("form", Format)
def test_two_fresh_processes_make_the_same_file_to_the_byte(form):
    text = with_everything()

    assert built_apart(text, form, seed=1) == built_apart(text, form, seed=2)


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", making.FOR_READERS)
def test_a_build_that_is_killed_leaves_a_whole_file_and_the_next_one_succeeds(in_thread, form):
    """Killed with -9 at ten moments, spread by chance over the time that a build takes."""

    def make_one() -> int:
        issue = make.issue(title="Tides")
        for page in range(4, 12):
            picture = make.picture(original=stored(f"p{page}", (1600, 1067)))
            make.article(issue=issue, page=page, body="<p>It rained. </p>" * 50, lead_picture=picture)
        return Edition.objects.create(issue=issue, format=form).pk

    def row() -> Edition:
        return Edition.objects.select_related("issue").get(pk=pk)

    def correct() -> None:
        row().issue.articles.first().corrections.create(note="It was a Tuesday.")

    def fall_silent() -> None:
        held = Edition.objects.exclude(told_at=None)
        held.update(told_at=timezone.now() - freshness.TAKE_OVER)

    def make_and_be_killed(after: float) -> None:
        threading.Timer(after, os.kill, [os.getpid(), signal.SIGKILL]).start()
        making.make(pk)

    pk = in_thread(make_one)
    begun = monotonic()
    assert in_thread(done_apart, lambda: making.make(pk))
    took = monotonic() - begun
    chance, killed = random.Random(1904), 0
    for _blow in range(10):
        in_thread(correct)
        after = chance.uniform(0, took)
        killed += in_thread(done_apart, lambda after=after: make_and_be_killed(after)) is None
        left = in_thread(row)
        assert vault.hash_of(keeping.read(left)) == left.content_hash
        in_thread(fall_silent)
    assert killed >= 5

    in_thread(correct)
    assert in_thread(lambda: making.make(pk))

    last = in_thread(row)
    assert last.content_hash != left.content_hash
    assert (last.begun_at, last.told_at, last.failed_at) == (None, None, None)
    assert vault.hash_of(keeping.read(last)) == last.content_hash
    in_thread(lambda: keeping.tidy(timezone.now() + timedelta(hours=25)))
    assert list(vault.names(keeping.FOLDER)) == [last.file]
