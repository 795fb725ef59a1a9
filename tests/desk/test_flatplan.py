"""The flatplan: an issue drawn as pages, and its running order changed by buttons."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.roles import Role
from articles.issues import flatplan, lengths
from articles.issues.flatplan import Fill, Piece, drawn, in_order, mark_of, moved_before, numbered
from articles.models import Article, Issue
from articles.publishing import Conflict, Refused
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

# -- Pages --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "has_lead", "pages"),
    [
        (0, False, 1),
        (0, True, 1),
        (1, False, 1),
        (600, False, 1),
        (601, False, 2),
        (600, True, 2),
        (1200, True, 3),
        (1201, True, 4),
    ],
)
def test_a_length_is_reckoned_from_the_words_and_the_lead_picture(words, has_lead, pages):
    assert lengths.reckoned(words, has_lead=has_lead) == pages
    assert Piece(1, "A", words=words, has_lead=has_lead).pages == pages
    assert Piece(1, "A", words=words, has_lead=has_lead, length=7).pages == 7


def pieces(*rows):
    """Pieces as (page, length), with the keys 1, 2, …"""
    return [Piece(pk, f"Piece {pk}", page=page, length=length) for pk, (page, length) in enumerate(rows, 1)]


def keys(order):
    return [piece.pk for piece in order]


def test_page_numbers_follow_from_the_contents_on():
    assert numbered(pieces((None, 2), (None, 1), (None, 4))) == [4, 6, 7]
    assert numbered([]) == []


def test_the_order_is_that_of_the_pages_and_what_has_none_stands_at_the_end():
    assert keys(in_order(pieces((None, 1), (9, 1), (4, 2), (None, 1)))) == [3, 2, 1, 4]


@pytest.mark.parametrize(
    ("moved", "before", "order"),
    [
        (3, 1, [3, 1, 2]),
        (1, None, [2, 3, 1]),
        (1, 3, [2, 1, 3]),
        (1, 2, [1, 2, 3]),
        (1, 1, [2, 3, 1]),
        (1, 99, [2, 3, 1]),
    ],
)
def test_a_piece_is_put_before_another_or_at_the_end(moved, before, order):
    stand = pieces((4, 1), (5, 1), (6, 1))

    assert keys(moved_before(stand, stand[moved - 1], before)) == order


def fills(plan):
    return [page.fill for page in plan.pages]


def test_an_empty_issue_is_cover_masthead_contents_free_pages_and_the_back():
    plan = drawn([], 8)

    assert fills(plan) == [Fill.COVER, Fill.INSIDE, Fill.CONTENTS, *[Fill.FREE] * 4, Fill.BACK]
    assert (plan.free, plan.over, plan.filled, plan.follows) == (4, 0, 0, True)


def test_the_cover_lies_alone_and_the_others_two_by_two():
    spreads = drawn([], 8).spreads

    numbers = [tuple(page.number if page else None for page in spread) for spread in spreads]
    assert numbers == [(None, 1), (2, 3), (4, 5), (6, 7), (8, None)]
    assert drawn([], 7).spreads[-1][1].fill == Fill.BACK


def test_a_piece_covers_its_pages_and_leaves_the_others_free():
    plan = drawn(pieces((4, 2), (7, 1)), 12)

    assert [(page.number, page.piece.pk, page.part) for page in plan.pages if page.piece] == [
        (4, 1, 1),
        (5, 1, 2),
        (7, 2, 1),
    ]
    assert plan.pages[5].fill == Fill.FREE
    # A free page between two pieces is one that numbering anew would close.
    assert not plan.follows
    assert (plan.filled, plan.free) == (3, 5)


@pytest.mark.parametrize(("length", "free", "over", "pages"), [(4, 0, 0, 8), (5, -1, 1, 9), (7, -3, 3, 11)])
def test_what_does_not_fit_the_budget_is_drawn_behind_it_and_told(length, free, over, pages):
    plan = drawn(pieces((4, length)), 8)

    assert (plan.free, plan.over, len(plan.pages)) == (free, over, pages)
    assert plan.pages[-1].fill == Fill.BACK
    assert [page.number for page in plan.pages if page.is_over] == list(range(8, 8 + over))


def test_two_pieces_on_one_page_and_one_on_a_fixed_page_clash():
    plan = drawn(pieces((4, 2), (5, 1), (3, 1)), 8)

    assert [(page.number, keys(page.clashes)) for page in plan.pages if page.clashes] == [(3, [3]), (5, [1])]


def test_a_page_number_beyond_all_sense_is_bounded():
    assert len(drawn(pieces((30_000, 2)), 64).pages) == flatplan.MOST_PAGES


def test_the_mark_changes_with_the_order_the_pages_and_the_lengths_and_with_nothing_else():
    stand = pieces((4, 1), (5, 1))

    assert mark_of(stand) == mark_of(stand[::-1])
    assert (
        len({mark_of(rows) for rows in (stand, stand[:1], pieces((4, 2), (5, 1)), pieces((5, 1), (4, 1)))})
        == 4
    )


# -- Changing it --------------------------------------------------------------


@pytest.fixture
def editor():
    return make.staff(Role.EDITOR)


@pytest.fixture
def issue():
    return make.issue(volume=4, number=1, released_at=None, pages=16)


@pytest.fixture
def three(issue):
    """Three drafts of one, two and three pages that follow one another."""
    return [
        make.draft(headline=name, issue=issue, page=page, length=length)
        for name, page, length in (("Ash", 4, 1), ("Birch", 5, 2), ("Cedar", 7, 3))
    ]


def seen(issue):
    return mark_of(flatplan.flatplan_of(issue).pieces)


def standing(issue):
    return [(one.headline, one.page) for one in flatplan.flatplan_of(issue).pieces]


def test_a_piece_moves_up_and_down_and_the_pages_follow(editor, issue, three):
    flatplan.shift(issue, three[2].pk, -1, by=editor, seen=seen(issue))
    assert standing(issue) == [("Ash", 4), ("Cedar", 5), ("Birch", 8)]

    flatplan.shift(issue, three[0].pk, 1, by=editor, seen=seen(issue))
    assert standing(issue) == [("Cedar", 4), ("Ash", 7), ("Birch", 8)]

    # At the end there is nowhere to go.
    flatplan.shift(issue, three[1].pk, 1, by=editor, seen=seen(issue))
    assert standing(issue)[-1] == ("Birch", 8)


def test_only_page_length_issue_and_version_of_a_piece_are_written(editor, issue, three):
    before = {one.pk: one for one in Article.objects.all()}

    flatplan.shift(issue, three[2].pk, -2, by=editor, seen=seen(issue))

    for article in Article.objects.all():
        old = before[article.pk]
        assert article.version == old.version + 1
        same = {field.attname for field in Article._meta.concrete_fields} - {"page", "version"}
        assert [name for name in same if getattr(article, name) != getattr(old, name)] == []


def test_pieces_that_stay_where_they_are_are_not_touched(editor, issue, three):
    flatplan.shift(issue, three[2].pk, -1, by=editor, seen=seen(issue))

    assert Article.objects.get(pk=three[0].pk).version == three[0].version


def test_a_length_moves_what_is_behind_and_none_is_reckoned(editor, issue, three):
    flatplan.set_length(issue, three[0].pk, 4, by=editor, seen=seen(issue))
    assert standing(issue) == [("Ash", 4), ("Birch", 8), ("Cedar", 10)]

    flatplan.set_length(issue, three[0].pk, None, by=editor, seen=seen(issue))
    assert standing(issue) == [("Ash", 4), ("Birch", 5), ("Cedar", 7)]
    assert Article.objects.get(pk=three[0].pk).length is None


@pytest.mark.parametrize("length", [0, -1, 100])
def test_a_length_that_cannot_be_is_refused(editor, issue, three, length):
    with pytest.raises(Refused):
        flatplan.set_length(issue, three[0].pk, length, by=editor, seen=seen(issue))


def test_what_waits_is_taken_in_at_the_end_or_before_another(editor, issue, three):
    last, first = make.draft(headline="Last", length=1), make.draft(headline="First", length=2)

    flatplan.place(issue, last.pk, before=None, by=editor, seen=seen(issue))
    flatplan.place(issue, first.pk, before=three[0].pk, by=editor, seen=seen(issue))

    assert standing(issue) == [("First", 4), ("Ash", 6), ("Birch", 7), ("Cedar", 9), ("Last", 12)]
    assert not flatplan.waiting().exists()


def test_a_piece_stands_in_one_issue_at_most(editor, issue, three):
    other = make.issue(volume=4, number=2, released_at=None)
    mark = seen(other)

    with pytest.raises(Refused):
        flatplan.place(other, three[0].pk, before=None, by=editor, seen=mark)

    assert Article.objects.get(pk=three[0].pk).issue == issue


def test_what_waits_is_without_an_issue_and_a_date_and_out_of_the_trash(issue):
    submitted = make.draft(headline="Submitted words", status=Article.Status.SUBMITTED)
    make.draft(headline="In an issue", issue=issue)
    make.draft(headline="In the trash", trashed_at=timezone.now())
    make.draft(headline="Spiked", status=Article.Status.SPIKED)
    make.article(headline="Public")
    draft = make.draft(headline="A draft")

    assert list(flatplan.waiting()) == [submitted, draft]
    assert list(flatplan.waiting("words subm")) == [submitted]
    assert list(flatplan.waiting("nothing")) == []


def test_what_is_taken_out_waits_again_and_the_others_move_up(editor, issue, three):
    flatplan.take_out(issue, three[0].pk, by=editor, seen=seen(issue))

    assert standing(issue) == [("Birch", 4), ("Cedar", 6)]
    out = Article.objects.get(pk=three[0].pk)
    assert (out.issue, out.page, list(flatplan.waiting())) == (None, None, [out])


def test_what_was_approved_for_its_issue_is_held_over_and_not_taken_out(editor, issue, three):
    Article.objects.filter(pk=three[1].pk).update(status=Article.Status.APPROVED)
    later = make.issue(volume=4, number=2, released_at=None)
    make.draft(headline="Elm", issue=later, page=4, length=5)

    with pytest.raises(Refused, match="Hold it over"):
        flatplan.take_out(issue, three[1].pk, by=editor, seen=seen(issue))
    flatplan.hold_over(issue, three[1].pk, later, by=editor, seen=seen(issue))

    assert standing(issue) == [("Ash", 4), ("Cedar", 5)]
    assert standing(later) == [("Elm", 4), ("Birch", 9)]


def test_pages_that_do_not_follow_are_numbered_anew(editor, issue):
    for name, page in (("Ash", 10), ("Birch", 10), ("Cedar", None)):
        make.draft(headline=name, issue=issue, page=page, length=2)

    flatplan.number_anew(issue, by=editor, seen=seen(issue))

    assert standing(issue) == [("Ash", 4), ("Birch", 6), ("Cedar", 8)]
    assert flatplan.flatplan_of(issue).follows


NOW = timezone.now()


@pytest.mark.parametrize(
    ("instants", "takes", "moves"),
    [
        ({}, True, True),
        ({"opened_at": NOW}, True, True),
        ({"opened_at": NOW, "closed_at": NOW}, False, True),
        ({"opened_at": NOW, "closed_at": NOW, "to_press_at": NOW}, False, False),
        ({"released_at": NOW}, False, False),
        ({"released_at": NOW + timedelta(days=2)}, False, False),
        ({"released_at": NOW, "archived_at": NOW}, False, False),
    ],
)
def test_a_closed_issue_takes_nothing_in_and_one_at_press_stays_as_it_is(
    editor, issue, three, instants, takes, moves
):
    Issue.objects.filter(pk=issue.pk).update(**instants)
    piece = make.draft(headline="Late")

    def is_done(change, *arguments, **more):
        try:
            change(issue, *arguments, by=editor, seen=seen(issue), **more)
        except Refused:
            return False
        return True

    assert is_done(flatplan.place, piece.pk, before=None) == takes
    assert is_done(flatplan.shift, three[0].pk, 1) == moves
    assert is_done(flatplan.set_length, three[0].pk, 3) == moves
    assert is_done(flatplan.number_anew) == moves
    assert is_done(flatplan.take_out, three[0].pk) == moves
    assert (Article.objects.get(pk=piece.pk).issue == issue) == takes


def test_who_looked_before_another_changed_the_plan_is_told_and_nothing_is_done(editor, issue, three):
    old = seen(issue)
    flatplan.shift(issue, three[0].pk, 1, by=editor, seen=old)
    now = standing(issue)

    with pytest.raises(Conflict, match="since you looked"):
        flatplan.shift(issue, three[2].pk, -1, by=editor, seen=old)

    assert standing(issue) == now


def test_a_piece_saved_at_that_moment_is_told_by_name_and_nothing_is_done(editor, issue, three, monkeypatch):
    load = flatplan._load

    def load_while_somebody_saves(of):
        order = load(of)
        Article.objects.get(pk=three[1].pk).save()
        return order

    mark, before = seen(issue), standing(issue)
    monkeypatch.setattr(flatplan, "_load", load_while_somebody_saves)
    with pytest.raises(Conflict, match="Birch"):
        flatplan.shift(issue, three[2].pk, -2, by=editor, seen=mark)

    monkeypatch.undo()
    assert standing(issue) == before


def test_a_writer_changes_nothing(issue, three):
    with pytest.raises(PermissionDenied):
        flatplan.shift(issue, three[0].pk, 1, by=make.staff(Role.WRITER), seen=seen(issue))


# -- The page -----------------------------------------------------------------


def page_of(issue):
    return reverse("admin:articles_issue_flatplan", args=[issue.pk])


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def press(client, issue, act, piece=None, /, **more):
    """Press a button of the page as it stands now."""
    data = {"act": act, "seen": seen(issue), "piece": piece.pk if piece else ""} | more
    return client.post(page_of(issue), data, follow=True)


def test_an_editor_makes_up_an_issue_with_buttons_alone(desk, issue):
    cedar, birch = make.draft(headline="Cedar", length=2), make.draft(headline="Birch", length=3)

    press(desk, issue, "in", cedar)
    press(desk, issue, "in", birch)
    press(desk, issue, "up", birch)
    press(desk, issue, "length", cedar, length="4")
    page = press(desk, issue, "length", birch, length="")

    assert standing(issue) == [("Birch", 4), ("Cedar", 5)]
    assertContains(page, "7</b> pages free")
    assertContains(page, "Every piece has its issue or its date.")
    press(desk, issue, "out", cedar)
    assert standing(issue) == [("Birch", 4)]


def test_what_is_dragged_is_placed_by_the_same_form(desk, issue, three):
    waits = make.draft(headline="Waits", length=1)

    press(desk, issue, "place", three[2], before=three[0].pk)
    press(desk, issue, "place", waits, before=three[1].pk)
    press(desk, issue, "place", three[0], before="")

    assert [name for name, _page in standing(issue)] == ["Cedar", "Waits", "Birch", "Ash"]


def test_a_piece_is_held_over_for_one_of_the_next_issues(desk, issue, three):
    later = make.issue(
        volume=4, number=2, released_at=None, cover_on=timezone.localdate() + timedelta(days=20)
    )

    page = desk.get(page_of(issue))
    press(desk, issue, "over", three[0], to=later.pk)

    assertContains(page, "Volume 4, number 2")
    assert standing(later) == [("Ash", 4)]


@pytest.mark.parametrize(
    ("act", "more", "sentence"),
    [
        ("length", {"length": "two"}, "Write the number of pages"),
        ("length", {"length": "0"}, "A piece fills 1 to 99 pages."),
        ("over", {"to": "999999"}, "Choose the issue"),
        ("up", {"seen": "old"}, "since you looked"),
        ("up", {"piece": "99999999"}, "does not stand in the issue any more"),
        ("in", {"piece": "99999999"}, "not waiting any more"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence_and_nothing_is_done(desk, issue, three, act, more, sentence):
    before = standing(issue)

    assertContains(press(desk, issue, act, three[1], **more), sentence)

    assert standing(issue) == before


@pytest.mark.parametrize("sent", [{}, {"act": "fly"}, {"act": "up"}, {"act": "in", "piece": "9" * 40}])
def test_a_post_that_no_button_sends_does_nothing(desk, issue, three, sent):
    assert desk.post(page_of(issue), sent).status_code == 302
    assert standing(issue) == [("Ash", 4), ("Birch", 5), ("Cedar", 7)]


def test_the_page_says_what_is_over_and_what_does_not_follow(desk, issue, three):
    Issue.objects.filter(pk=issue.pk).update(pages=9)
    Article.objects.filter(pk=three[2].pk).update(page=30)

    page = desk.get(page_of(issue))

    assertContains(page, "1</b> page too many")
    assertContains(page, "no multiple of four")
    assertContains(page, "Number the pages")
    assertContains(press(desk, issue, "number"), "data-over")


def test_a_released_issue_is_shown_and_has_no_buttons(desk):
    issue = make.issue()
    make.article(headline="Ash", issue=issue, page=4, length=2)

    page = desk.get(page_of(issue))

    assertContains(page, "Readers have it: the order stands.")
    assertNotContains(page, 'name="act"')
    assertNotContains(page, "data-movable")


def test_a_long_list_of_waiting_pieces_is_cut_and_searched(desk, issue):
    for _ in range(42):
        make.draft(authors=[])
    make.draft(headline="A needle", authors=[], changed_at=NOW - timedelta(days=9))

    assertContains(desk.get(page_of(issue)), "type a word to find them")
    found = desk.get(page_of(issue), {"q": "needle"})
    assert re.findall(r"Take in<span class=\"desk-hidden\"> ([^<]+)<", found.content.decode()) == ["A needle"]


def test_the_flatplan_costs_the_same_for_few_pieces_and_many(desk, issue, django_assert_max_num_queries):
    for n in range(12):
        picture = make.picture()
        make.draft(section=make.section(f"Section {n}"), issue=issue, lead_picture=picture, authors=[])
        make.draft(section=make.section(f"Section {n}"), lead_picture=picture, authors=[])

    with django_assert_max_num_queries(12):
        assert desk.get(page_of(issue)).status_code == 200


def test_a_writer_sees_nothing_of_it(client, issue, three):
    client.force_login(make.staff(Role.WRITER))

    assert client.get(page_of(issue)).status_code == 403
    assert (
        client.post(page_of(issue), {"act": "up", "piece": three[1].pk, "seen": seen(issue)}).status_code
        == 403
    )
    assertNotContains(client.get(reverse("admin:articles_issue_change", args=[issue.pk])), "flatplan")
