"""Every template writes valid HTML: the Nu checker looks at a page of each."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from subscriptions.access import Audience
from tests import make

pytestmark = pytest.mark.django_db
NU = Path(__file__).parent / "browser" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

BODY = """
<p>It opens with a <a href="https://example.org/">link</a>, <em>stress</em>, <strong>weight</strong>.</p>
<h2>A heading</h2><h3>A smaller one</h3>
<blockquote><p>A quoted passage.</p><p><cite>Somebody</cite></p></blockquote>
<ul><li>One</li><li>Two</li></ul><ol start="3"><li>Three</li></ol>
<hr data-paywall>
<p>And goes on<sup class="fn" data-note="A note."></sup>, twice<sup class="fn" data-note="Another."></sup>.</p>
<figure data-image="{picture}"><figcaption>Its caption</figcaption></figure>
<aside class="pullquote"><p>Pulled out.</p></aside>
<figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"></figure>
<table><caption>Figures</caption><thead><tr><th scope="col">Year</th><th scope="col">Tonnes</th></tr></thead>
<tbody><tr><td>2025</td><td>12</td></tr></tbody></table>
<pre><code>as typed</code></pre><hr><p dir="rtl" lang="ar">…</p>
"""


def errors(folder: Path) -> list[str]:
    """Return what the checker holds against the HTML files of ``folder``: file, line, message."""
    run = subprocess.run(
        ["java", "-jar", str(NU), "--format", "json", "--errors-only", "--exit-zero-always", str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    messages = json.loads(run.stderr or run.stdout)["messages"]
    return [
        f"{Path(one['url']).name}:{one.get('lastLine')}: {one['message']} [{one.get('extract', '').strip()}]"
        for one in messages
    ]


@pytest.fixture
def magazine():
    """A magazine with something of every kind in it."""
    picture = make.picture(caption="A caption", credit="A credit")
    author = make.author("Tobias Wren", biography="Writes about doors.", role="Columnist", portrait=picture)
    other = make.author("Inês Carvalho")
    issue = make.issue(volume=3, number=24, title="The wedge", cover=picture)
    older = [make.article(authors=[author], tags=["Harbours"], issue=issue, page=n) for n in (3, 5)]
    article = make.article(
        headline="A “quoted” headline & <more>",
        kicker="Opinion",
        body=BODY.format(picture=picture.pk),
        authors=[author, other],
        tags=["Harbours", "Prices & tides"],
        related=older,
        issue=issue,
        page=7,
        series=make.series(),
        lead_picture=picture,
        audience=Audience.SUBSCRIBERS,
        front_slot=1,
    )
    article.corrections.create(note="An earlier version said otherwise.")
    make.plan()
    return article


def test_every_page_is_valid_html(magazine, tmp_path):
    reader, subscriber = make.reader(), make.subscription().reader
    lapsed = make.reader(entitled_until=timezone.now() - timedelta(days=3))
    waiting = make.order()
    year, month = magazine.published_at.year, timezone.localtime(magazine.published_at).month
    pages = {
        reverse("articles:front"): [None, subscriber],
        magazine.get_absolute_url(): [None, reader, lapsed, subscriber],
        magazine.section.get_absolute_url(): [None],
        magazine.series.get_absolute_url(): [None],
        reverse("articles:tags"): [None],
        reverse("articles:tag", args=["harbours"]): [None],
        reverse("articles:authors"): [None],
        reverse("articles:author", args=["tobias-wren"]): [None],
        reverse("articles:issues"): [None],
        magazine.issue.get_absolute_url(): [None],
        reverse("articles:archive"): [None],
        reverse("articles:archive_year", args=[year]): [None],
        reverse("articles:archive_month", args=[year, month]): [None],
        reverse("articles:search"): [None],
        reverse("articles:search") + "?q=headline": [None],
        reverse("articles:search") + "?q=nothingatall": [None],
        "/nowhere/at-all/": [None],
        reverse("subscriptions:plans"): [None, subscriber],
        reverse("subscriptions:checkout", args=[make.plan().slug]): [reader],
        waiting.get_absolute_url(): [waiting.reader],
        reverse("subscriptions:account"): [reader, lapsed, subscriber, waiting.reader],
        reverse("subscriptions:cancel"): [subscriber],
        reverse("account_login"): [None],
        reverse("account_signup"): [None],
        reverse("account_request_login_code"): [None],
        reverse("account_reset_password"): [None],
        reverse("account_logout"): [reader],
        reverse("account_email"): [reader],
        reverse("account_change_password"): [reader],
        reverse("account_reauthenticate"): [reader],
    }
    for number, (address, people) in enumerate(pages.items()):
        for person in people:
            client = Client()
            if person:
                client.force_login(person)
            response = client.get(address, follow=True)
            name = address.strip("/").replace("/", "-").replace("?", "-") or "front"
            (tmp_path / f"{number}-{name}-{person.pk if person else 'stranger'}.html").write_bytes(response.content)

    assert errors(tmp_path) == []
