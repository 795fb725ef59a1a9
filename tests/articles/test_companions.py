"""What stands beside an article: related pieces, the authors' latest, the neighbours in the issue."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.companions import companions_of
from articles.models import Article
from tests import make

pytestmark = pytest.mark.django_db


def beside(article: Article):
    authors = [byline.author for byline in article.bylines.all()]
    return companions_of(article, authors, article.tags.values_list("pk", flat=True))


def test_a_reader_is_offered_the_editors_choice_first_and_in_its_order():
    first, second = make.article(), make.article()
    tagged = make.article(tags=["Harbours"])
    article = make.article(tags=["Harbours"], related=[second, first])

    assert beside(article).related == [second, first, tagged]


def test_a_reader_is_offered_what_has_most_in_common_next():
    writer = make.author()
    same_writer = make.article(authors=[writer])
    shares_one = make.article(tags=["Harbours"])
    shares_two = make.article(tags=["Harbours", "Tides"])
    linked = make.article()
    article = make.article(
        authors=[writer],
        tags=["Harbours", "Tides"],
        body=f'<p>As <a href="{linked.get_absolute_url()}">we wrote</a>.</p>',
    )

    found = beside(article).related

    assert found[-2:] == [shares_one, same_writer]
    assert set(found[:2]) == {linked, shares_two}


def test_a_piece_that_links_here_is_related_to_here():
    article = make.article()
    referrer = make.article(body=f'<p><a href="{article.get_absolute_url()}">Earlier</a>.</p>')

    assert beside(article).related == [referrer]


def test_a_piece_with_nothing_in_common_is_not_related():
    make.article()

    assert beside(make.article()).related == []


@pytest.mark.parametrize("way", ["curated", "tag", "author", "issue", "link"])
def test_nobody_is_pointed_to_an_unpublished_piece(way):
    writer, issue = make.author(), make.issue()
    later = timezone.now() + timedelta(days=1)
    fields = {
        "curated": {},
        "tag": {"tags": ["Harbours"]},
        "author": {"authors": [writer]},
        "issue": {"issue": issue, "page": 9},
        "link": {},
    }[way]
    hidden = [
        make.draft(**fields),
        make.article(**fields, published_at=later),
        make.article(**fields, embargo_until=later),
    ]
    body = "".join(f'<p><a href="{one.get_absolute_url()}">Here</a></p>' for one in hidden)
    article = make.article(
        authors=[writer],
        tags=["Harbours"],
        issue=issue,
        page=5,
        related=hidden if way == "curated" else [],
        body=body if way == "link" else "<p>Words.</p>",
    )

    found = beside(article)

    assert found.related == []
    assert found.latest == {writer.pk: []}
    assert found.following is None
    assert found.previous is None


def test_the_issue_is_turned_in_its_running_order():
    issue = make.issue()
    last = make.article(issue=issue)  # Without a printed page it comes after those with one.
    third = make.article(issue=issue, page=30)
    first = make.article(issue=issue, page=4)
    second = make.article(issue=issue, page=4)
    make.article(issue=make.issue(), page=5)

    turns = {piece: (beside(piece).previous, beside(piece).following) for piece in issue.articles.all()}

    assert turns == {
        first: (None, second),
        second: (first, third),
        third: (second, last),
        last: (third, None),
    }


def test_each_author_of_a_piece_is_shown_with_their_own_latest():
    one, other = make.author(), make.author()
    now = timezone.now()
    older = [make.article(authors=[one], published_at=now - timedelta(days=day)) for day in range(1, 6)]
    together = make.article(authors=[one, other], published_at=now - timedelta(days=9))
    article = make.article(authors=[one, other])

    latest = beside(article).latest

    assert latest[one.pk] == older[:3]
    assert latest[other.pk] == [together]


def test_two_bylines_of_one_author_count_as_one():
    writer = make.author()
    other = make.article(authors=[writer])
    other.bylines.create(author=writer, role="Photographs")
    article = make.article(authors=[writer])
    article.bylines.create(author=writer, role="Photographs")

    found = beside(article)

    assert found.related == [other]
    assert found.latest == {writer.pk: [other]}


@pytest.mark.parametrize("others", [0, 5, 40])
def test_everything_beside_a_piece_costs_one_query(others, django_assert_num_queries):
    writer, issue = make.author(), make.issue()
    for page in range(others):
        make.article(authors=[writer], tags=["Harbours"], issue=issue, page=page + 1)
    article = make.article(authors=[writer], tags=["Harbours"], issue=issue, page=3)
    authors, tags = [writer], list(article.tags.values_list("pk", flat=True))
    companions_of(article, authors, tags)  # Django remembers the content type from here on.

    with django_assert_num_queries(1):
        companions_of(article, authors, tags)
