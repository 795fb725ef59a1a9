"""What an issue says, before it is a file of any kind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from editions.source import text_of
from tests import make

pytestmark = pytest.mark.django_db


def test_an_issue_is_gathered_in_running_order_by_department():
    issue = make.issue(title="Tides")
    politics, culture = make.section("Politics"), make.section("Culture")
    for headline, section, page in (("Third", politics, 20), ("First", politics, 4), ("Second", culture, 9)):
        make.article(headline=headline, section=section, page=page, issue=issue)
    make.draft(issue=issue, headline="Unripe")

    text = text_of(issue)

    assert [(one.name, [piece.headline for piece in one.pieces]) for one in text.departments] == [
        ("Politics", ["First", "Third"]),
        ("Culture", ["Second"]),
    ]
    assert (text.title, text.volume, text.number) == ("Tides", issue.volume, issue.number)


def test_a_body_is_whole_and_its_links_lead_inside_the_issue_where_they_can(settings):
    settings.SITE_URL = "https://halyard.example"
    issue = make.issue()
    inside, outside = make.article(issue=issue, page=8), make.article()
    picture = make.picture(alt="A quay")
    body = (
        f'<p>See <a data-article="{inside.pk}">this</a> and <a data-article="{outside.pk}">that</a>.</p>'
        f'<hr data-paywall><p>The rest.</p><figure data-image="{picture.pk}"></figure>'
    )
    make.article(issue=issue, page=4, body=body)

    text = text_of(issue)
    told = next(text.pieces).body

    assert f'href="piece:{inside.pk}"' in told
    assert f'href="https://halyard.example{outside.get_absolute_url()}"' in told
    assert "The rest." in told
    assert f'src="picture:{picture.pk}"' in told
    assert text.images[picture.pk].alt == "A quay"


def test_the_fingerprint_changes_with_what_is_read_and_with_nothing_else():
    issue = make.issue()
    article = make.article(issue=issue, page=4)
    first = text_of(issue).fingerprint

    article.save()
    assert text_of(issue).fingerprint == first

    article.corrections.create(note="It was a Tuesday.")
    corrected = text_of(issue).fingerprint
    assert corrected != first

    article.published_at = timezone.now() + timedelta(days=1)
    article.save()
    assert text_of(issue).fingerprint not in {first, corrected}
