"""The demo fills an empty magazine, once."""

import hashlib
import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from accounts.models import User
from advertising.models import Placement
from articles.models import Article, ArticleLink, Author, Issue, Picture, Section
from demo import households, loading, people, reading
from demo.drawings import Drawing, cover_dates
from subscriptions import access
from subscriptions.features import Feature
from subscriptions.models import Entitlement, Gift, LabelRun, Seat
from subscriptions.terms import day_of

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture(scope="module", autouse=True)
def _loaded(once):
    """A house that was filled; for each picture with a patch of colour: what is loaded matters here, not how
    it looks."""

    def patch(drawing: Drawing) -> bytes:
        colours = hashlib.sha256(drawing.title.encode()).digest()[:12]
        buffer = io.BytesIO()
        Image.frombytes("RGB", (2, 2), colours).resize((48, 32), Image.Resampling.NEAREST).save(buffer, "PNG")
        return buffer.getvalue()

    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(loading, "drawn", lambda wanted: ((one, patch(one)) for one in wanted))
        load()
        yield


def load():
    call_command("load_demo", "--quiet")


def test_a_visitor_finds_a_whole_magazine():
    published = Article.objects.published()
    assert Section.objects.count() == 6
    assert Author.objects.count() >= 12
    assert Issue.objects.published().count() == 24
    assert published.count() >= 60
    assert published.filter(words__gte=600).count() >= 15
    assert set(published.values_list("audience", flat=True)) == set(access.Audience)
    assert not published.filter(lead_picture=None).exists()
    assert not published.filter(tags=None).exists()
    assert not published.filter(bylines=None).exists()


def test_every_link_between_the_texts_is_kept_as_a_reference():
    written = sum(text.body.count('<a href="/') for text in reading.texts())
    assert written == sum(
        body.count("data-article=") for body in Article.objects.values_list("body", flat=True)
    )
    assert ArticleLink.objects.count() > 60


def test_loading_twice_changes_nothing():
    before = [list(model.objects.order_by("pk").values()) for model in (Article, Picture, Issue, Entitlement)]

    load()

    after = [list(model.objects.order_by("pk").values()) for model in (Article, Picture, Issue, Entitlement)]
    assert after == before


def test_copies_go_out_gifts_are_given_and_seats_too():
    run = LabelRun.objects.filter(issue_on__lte=day_of(timezone.now())).first()
    assert run.labels_count == len(households.HOUSEHOLDS)
    assert "港町3-14-2" in run.labels.get(country="JP").lines
    assert Gift.objects.waiting().count() == 1
    assert access.may(User.objects.get(email="gifted@halyard.example"), Feature.EXCLUSIVE_CONTENT).granted
    assert Seat.objects.held().count() == 2
    assert Placement.objects.count() == 6


def test_the_desk_has_something_to_do():
    unpublished = Article.objects.exclude(pk__in=Article.objects.published().ids())
    assert set(unpublished.values_list("status", flat=True)) == {"draft", "submitted", "approved"}


@pytest.mark.parametrize("person", people.PEOPLE, ids=lambda person: person.email)
def test_each_person_of_the_demo_can_sign_in(client, person):
    answer = client.post("/account/login/", {"login": person.email, "password": people.PASSWORD})

    assert answer.status_code == 302
    assert "_auth_user_id" in client.session


def test_the_subscriber_reads_and_the_lapsed_reader_does_not(django_user_model):
    def may_read(email):
        reader = django_user_model.objects.get(email=email)
        return access.verdict_for(reader, access.Audience.SUBSCRIBERS).granted

    assert may_read("subscriber@halyard.example")
    assert not may_read("lapsed@halyard.example")
    assert not may_read("waiting@halyard.example")
    assert not may_read("reader@halyard.example")
    assert may_read("card@halyard.example")
    assert may_read("late@halyard.example")
    assert may_read("trying@halyard.example")
    assert not may_read("resting@halyard.example")


def test_cover_dates_are_the_first_and_the_fifteenth_up_to_the_day():
    day = timezone.localdate()
    dates = cover_dates(day)

    assert len(dates) == 24
    assert dates[-1] <= day < dates[-1] + timedelta(days=17)
    assert {date.day for date in dates} == {1, 15}
