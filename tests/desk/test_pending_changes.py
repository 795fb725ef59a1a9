"""A change to a live piece waits: readers keep what they have until somebody publishes the changes."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles import previews, publishing, revisions
from articles.models import Article, Revision
from tests import make
from tests.desk.forms import address, filled, save

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
LIST = "admin:articles_article_changelist"


@pytest.fixture
def editor(client):
    person = make.staff(Role.EDITOR, name="Edda Torr")
    client.force_login(person)
    return person


@pytest.fixture
def article():
    return make.article(headline="As printed", body="<p>Old words.</p>", tags=["ports"])


def fresh(article):
    return Article.objects.get(pk=article.pk)


def move_address(article, name):
    return reverse("admin:articles_article_move", args=[article.pk, name])


def decide(client, article, name):
    """Press the button on the page that asks."""
    return client.post(move_address(article, name), {"version": fresh(article).version}, follow=True)


def test_readers_keep_their_text_until_an_editor_publishes_the_changes(client, editor, article):
    changed_at = article.changed_at
    save(client, article, headline="Rewritten", body="<p>New words.</p>")

    public = client.get(article.get_absolute_url())
    assertContains(public, "Old words.")
    assertNotContains(public, "New words.")
    assertNotContains(client.get(reverse("articles:feed")), "Rewritten")
    assertNotContains(client.get(reverse("articles:search"), {"q": "rewritten"}), article.get_absolute_url())
    assert fresh(article).changed_at == changed_at

    decide(client, article, "publish_changes")

    public = client.get(article.get_absolute_url())
    assertContains(public, "New words.")
    assertContains(public, "Rewritten")
    assert revisions.pending(article) is None
    assert article.revisions.first().note == "Changes published"


def test_the_form_shows_the_changes_and_says_that_they_are_not_public(client, editor, article):
    save(client, article, headline="Rewritten")

    page = client.get(address(article))

    assertContains(page, "are not public yet")
    assertContains(page, "by Edda Torr")
    assertContains(page, "Rewritten</textarea>")
    assertContains(page, "Publish the changes")
    assertContains(page, "Discard the changes")
    assertContains(client.get(reverse(LIST), {"state": "changes"}), "Changes wait")
    assert fresh(article).headline == "As printed"


def test_everything_beside_the_words_waits_too_and_goes_out_together(client, editor, article):
    first, second = make.author("Ines"), make.author("Otto")
    next_piece, culture = make.article(headline="Read me next"), make.section("Culture")
    lists = {
        "bylines-TOTAL_FORMS": 3,
        "bylines-0-DELETE": "on",
        "bylines-1-author": second.pk,
        "bylines-1-position": 2,
        "bylines-2-author": first.pk,
        "bylines-2-position": 1,
        "related_articles-TOTAL_FORMS": 1,
        "related_articles-0-related": next_piece.pk,
    }
    before = revisions.snapshot(article)

    save(client, article, section=culture.pk, slug="moved", tags="trains,", audience="registered", **lists)

    assert revisions.snapshot(fresh(article)) == before
    page = client.get(address(article))
    assert [form["author"].value() for form in page.context["inline_admin_formsets"][0].formset.forms][
        :2
    ] == [
        first.pk,
        second.pk,
    ]

    decide(client, article, "publish_changes")

    after = fresh(article)
    assert (after.section, after.slug, after.audience) == (culture, "moved", "registered")
    assert [byline.author for byline in after.bylines.all()] == [first, second]
    assert [row.related for row in after.related_articles.all()] == [next_piece]
    assert list(after.tags.names()) == ["trains"]
    assert client.get(article.get_absolute_url()).url == after.get_absolute_url()


def test_a_second_save_goes_on_from_the_first_and_both_stay_in_the_history(client, editor, article):
    save(client, article, headline="Rewritten")
    shown = client.get(address(article)).context["adminform"].form
    rows = {"opened_version": shown["opened_version"].value(), "headline": shown["headline"].value()}

    save(client, article, **rows, standfirst="And again.")

    waiting = revisions.pending(article)
    assert (waiting.snapshot["headline"], waiting.snapshot["standfirst"]) == ("Rewritten", "And again.")
    assert [row.snapshot["headline"] for row in article.revisions.all()] == [
        "Rewritten",
        "Rewritten",
        "As printed",
    ]
    assert Revision.objects.filter(pending_over__isnull=False).count() == 1


def test_typing_the_old_words_again_leaves_nothing_to_publish(client, editor, article):
    untouched = filled(article)
    save(client, article, headline="Rewritten")

    untouched["opened_version"] = fresh(article).version
    response = client.post(address(article), untouched, follow=True)

    assertContains(response, "there is nothing to publish")
    assert revisions.pending(article) is None


def test_a_save_that_changes_nothing_counts_as_no_save(client, editor, article):
    save(client, article)

    assert revisions.pending(article) is None
    assert fresh(article).version == article.version
    assert not article.revisions.exists()


def test_two_editors_changing_a_live_piece_lose_nothing(client, editor, article):
    opened = filled(article, headline="Mine")
    save(client, article, headline="Theirs")

    response = client.post(address(article), opened)

    assertContains(response, "Two people wrote at the same time")
    assertContains(response, "<del>Theirs</del>", html=True)
    assert revisions.pending(article).snapshot["headline"] == "Theirs"
    client.post(address(article), opened | {"_overwrite": fresh(article).version})
    assert revisions.pending(article).snapshot["headline"] == "Mine"
    assert "Theirs" in [row.snapshot["headline"] for row in article.revisions.all()]


def test_markup_that_is_refused_leaves_no_changes_and_keeps_what_was_typed(client, editor, article):
    response = save(client, article, headline="Typed", body="<b>" * 2_000 + "deep")

    assert response.context["adminform"].form.errors["body"]
    assertContains(response, "Typed")
    assert revisions.pending(article) is None
    assert fresh(article).bylines.count() == 1


def test_changes_are_cleaned_by_the_same_rules_as_everything(client, editor, article):
    save(client, article, body='<p onclick="x()">Hello</p><script>alert(1)</script>')
    waiting = revisions.pending(article)
    assert waiting.snapshot["body"] == "<p>Hello</p>"

    waiting.snapshot["body"] = "<p>Hello</p><script>smuggled()</script>"
    waiting.save()
    decide(client, article, "publish_changes")

    assert fresh(article).body == "<p>Hello</p>"


def test_publish_the_changes_saves_what_was_just_typed_and_shows_what_will_change(client, editor, article):
    asked = save(client, article, body="<p>New words.</p>", _move="publish_changes")

    page = client.get(asked.url)
    assertContains(page, "<del>Old</del>", html=True)
    assertContains(page, "<ins>New</ins>", html=True)
    assert fresh(article).body == "<p>Old words.</p>"


def test_discarded_changes_stay_in_the_history_and_can_be_brought_back(client, editor, article):
    save(client, article, headline="Rewritten")
    number = revisions.pending(article).number

    decide(client, article, "discard_changes")

    assert revisions.pending(article) is None
    assert fresh(article).headline == "As printed"
    assert article.revisions.first().snapshot["headline"] == "As printed"
    client.post(reverse("admin:articles_article_restore", args=[article.pk, number]))
    assert revisions.pending(article).snapshot["headline"] == "Rewritten"
    assert fresh(article).headline == "As printed"


def test_an_old_page_does_not_publish_changes_that_nobody_saw_on_it(client, editor, article):
    save(client, article, headline="Seen")
    seen = fresh(article)
    save(client, seen, headline="Not seen")

    client.post(move_address(article, "publish_changes"), {"version": seen.version})

    assert fresh(article).headline == "As printed"


def test_publishing_twice_publishes_once(client, editor, article):
    save(client, article, headline="Rewritten")
    publishing.perform(fresh(article), "publish_changes", by=editor)

    with pytest.raises(publishing.Conflict):
        publishing.perform(fresh(article), "publish_changes", by=editor)


@pytest.mark.parametrize("name", ["publish_changes", "discard_changes"])
def test_a_writer_decides_nothing_about_the_changes_to_their_own_piece(client, editor, name):
    writer = make.staff(Role.WRITER)
    article = make.article(headline="As printed", created_by=writer)
    save(client, article, headline="Rewritten")

    with pytest.raises(PermissionDenied):
        publishing.perform(fresh(article), name, by=writer)
    client.force_login(writer)
    page = client.get(address(article))

    assertNotContains(page, "the changes…")
    assertContains(page, "As printed")
    assert revisions.pending(article)


def test_whoever_may_change_but_not_publish_saves_changes_and_keeps_what_editors_set(client, editor, article):
    save(client, article, audience="registered")
    helper = make.staff(Role.WRITER)
    helper.user_permissions.add(Permission.objects.get(codename="see_all_articles"))
    client.force_login(helper)

    save(client, fresh(article), headline="By a helper", audience="everyone", _move="publish_changes")

    assert fresh(article).headline == "As printed"
    waiting = revisions.pending(article).snapshot
    assert (waiting["headline"], waiting["audience"]) == ("By a helper", "registered")


def test_changes_without_a_byline_are_not_published_and_nothing_is_lost(client, editor, article):
    save(client, article, headline="Rewritten", **{"bylines-0-DELETE": "on"})

    response = decide(client, article, "publish_changes")

    assertContains(response, "add a byline")
    assert fresh(article).headline == "As printed"
    assert revisions.pending(article)


def test_what_happened_to_the_live_piece_meanwhile_is_not_undone(client, editor, article):
    save(client, article, headline="Rewritten")
    Article.objects.filter(pk=article.pk).update(page=12)

    decide(client, article, "publish_changes")

    assert (fresh(article).headline, fresh(article).page) == ("Rewritten", 12)


def test_a_piece_taken_offline_takes_its_changes_with_it(client, editor, article):
    save(client, article, headline="Rewritten")

    decide(client, article, "unpublish")

    assert (fresh(article).status, fresh(article).headline) == ("draft", "Rewritten")
    assert revisions.pending(article) is None


def test_a_correction_is_public_at_once_and_only_once(client, editor, article):
    correction = {
        "corrections-TOTAL_FORMS": 1,
        "corrections-0-corrected_on": "2026-11-20",
        "corrections-0-note": "The ferry runs on Sundays.",
    }

    save(client, article, headline="Rewritten", **correction)

    public = client.get(article.get_absolute_url())
    assertContains(public, "The ferry runs on Sundays.")
    assertNotContains(public, "Rewritten")
    assert article.corrections.count() == 1


def test_a_piece_not_yet_public_is_simply_saved(client, editor):
    article = make.article(published_at=timezone.now() + timedelta(hours=1))

    save(client, article, headline="Rewritten")

    assert fresh(article).headline == "Rewritten"
    assert revisions.pending(article) is None


def test_a_preview_shows_the_changes_to_whoever_got_its_address_for_them(client, editor):
    article = make.draft(headline="As printed")
    of_the_draft = previews.make_link(article, by=editor)
    publishing.perform(article, "publish", by=editor)
    response = save(client, article, headline="Rewritten", body="<p>New words.</p>", _preview="1")
    client.logout()

    page = client.get(response.url)

    assertContains(page, "Rewritten")
    assertContains(page, "New words.")
    assertNotContains(client.get(article.get_absolute_url()), "Rewritten")
    old = client.get(reverse("articles:preview", args=[of_the_draft]))
    assert (old.status_code, old.url) == (302, article.get_absolute_url())
    assert fresh(article).headline == "As printed"
