"""Every template writes valid HTML: the Nu checker looks at a page of each."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest
from allauth.account.forms import SetPasswordForm
from django.conf import settings
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.http import HttpRequest
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse
from django.utils import timezone

from accounts.privacy import erasure, export
from accounts.roles import Role
from articles import giving, previews, revisions
from articles.issues import release
from articles.models import Article
from audio import addresses, listing, making, places
from audio.models import FeedAlarm, Narration, Pronunciation, VoiceChoice
from audio.script import script_of
from editions import lending
from editions.addresses import file_name
from editions.models import Edition
from subscriptions import feed_addresses, letters
from subscriptions.access import Audience
from subscriptions.acting import rehearsal
from subscriptions.acting.deeds import ClaimGuarantee
from subscriptions.announcing.readers import link_token
from subscriptions.fulfilment import claims, holds, returns
from subscriptions.giving import cards as gift_cards
from subscriptions.giving import groups, redeeming
from subscriptions.importing import taking
from subscriptions.life.lifecycle import cancel
from subscriptions.models import ReaderGroup, Seat, Segment, SharingRules, Subscription
from subscriptions.paying import charging, demo_bank, guarantee, refunds
from subscriptions.paying.invoices import invoice_of
from subscriptions.people import approvals, notes
from subscriptions.providers.demo import Card
from subscriptions.selling import opening as offer
from subscriptions.sharing import links, rules
from tests import make
from tests.advertising import advertised
from tests.audio.fakes import narrated
from tests.desk.forms import filled
from tests.editions.fakes import shelved
from tests.editions.pdfs import brought
from tests.shelf import Shelf
from tests.subscriptions import cards, posted
from tests.subscriptions import giving as gifted

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
TEMPLATES = settings.BASE_DIR / "templates"

BODY = """
<p>It opens with a <a href="https://example.org/">link</a>, <em>stress</em>, <strong>weight</strong>.</p>
<h2>A heading</h2><h3>A smaller one</h3>
<blockquote><p>A quoted passage.</p><p><cite>Somebody</cite></p></blockquote>
<ul><li>One</li><li>Two</li></ul><ol start="3"><li>Three</li></ol>
<hr data-paywall>
<p>And goes on<sup class="fn" data-note="A note."></sup>, twice<sup class="fn" data-note="More."></sup>.</p>
<figure data-image="{picture}"><figcaption>Its caption</figcaption></figure>
<aside class="pullquote"><p>Pulled out.</p></aside>
<figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"></figure>
<table><caption>Figures</caption><thead><tr><th scope="col">Year</th><th scope="col">Tonnes</th></tr></thead>
<tbody><tr><td>2025</td><td>12</td></tr></tbody></table>
<pre><code>as typed</code></pre><hr><p dir="rtl" lang="ar">…</p>
"""

# The desk's theme writes Alpine's and htmx's attributes and a style sheet into its frame around our pages,
# and headings of the third rank over the filters of lists.
THE_THEMES_OWN = re.compile(
    r"Attribute “h?x-|The selector “:root”|No space between attributes|"
    r"<h3 class=\"font-semibold mb-2 text-font-important"
)


@pytest.fixture
def magazine() -> Article:
    """A magazine with something of every kind in it."""
    picture = make.picture(caption="A caption", credit="A credit")
    author = make.author("Tobias Wren", biography="Writes about doors.", role="Columnist", portrait=picture)
    other = make.author("Inês Carvalho")
    issue = make.issue(volume=3, number=24, title="The wedge", cover=picture)
    older = [make.article(authors=[author], tags=["Harbours"], issue=issue, page=n) for n in (3, 5)]
    # More than one page of them, so that there is something to turn.
    for _ in range(30):
        make.article(authors=[author], tags=["Harbours"])
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
    make.issue(volume=4, number=1)
    make.plan()
    return article


def signed_in(person) -> Client:
    """Somebody who has just typed their password, and is not asked for it again."""
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": make.PASSWORD})
    return client


def by_cookie(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def mailed_code() -> str:
    return re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]


@contextmanager
def templates_used() -> Iterator[set[str]]:
    """The names of the templates that take part in what is rendered meanwhile."""
    names: set[str] = set()

    def note(template, **more):
        names.add(template.name)

    template_rendered.connect(note)
    try:
        yield names
    finally:
        template_rendered.disconnect(note)


def ours(*folders: str, but: tuple[str, ...] = ()) -> set[str]:
    """The project's own templates, in ``folders`` or in all of them but some."""
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    return {
        name
        for name in names
        if (not folders or name.startswith(folders)) and not name.startswith(but or "/")
    }


# -- The readers' pages -------------------------------------------------------


def test_every_page_for_readers_is_valid_html(magazine, shelf):
    with templates_used() as used:
        visit_what_is_published(magazine, shelf)
        visit_what_is_kept(magazine, shelf)
        visit_what_is_played(magazine, shelf)
        visit_what_is_sold(shelf)
        visit_gifts_and_seats(shelf)
        visit_the_ways_in(shelf)
        meet_refusals(shelf)

    # Those of the PDF are no pages of the web: tests/editions/test_pdf.py looks at what is made of them.
    assert ours(but=("admin/", "emails/", "unfold/", "editions/pdf/")) - used == set()
    assert shelf.errors() == []


def visit_what_is_published(magazine: Article, shelf: Shelf) -> None:
    subscriber = by_cookie(make.reader(entitled=True))
    lapsed = by_cookie(make.reader(entitled_until=timezone.now() - timedelta(days=3)))
    registered = by_cookie(make.reader())
    published_at = timezone.localtime(magazine.published_at)
    for client in (None, registered, lapsed, subscriber):
        shelf.visit(magazine.get_absolute_url(), client)
    shelf.visit("/", subscriber)
    for address in (
        "/",
        magazine.section.get_absolute_url(),
        magazine.series.get_absolute_url(),
        magazine.issue.get_absolute_url(),
        reverse("articles:tags"),
        reverse("articles:tag", args=["harbours"]),
        reverse("articles:tag", args=["harbours"]) + "?page=2",
        reverse("articles:authors"),
        reverse("articles:author", args=["tobias-wren"]),
        reverse("articles:issues"),
        reverse("articles:issues") + "?by=volume",
        reverse("articles:volume", args=[3]),
        reverse("articles:archive"),
        reverse("articles:archive_year", args=[published_at.year]),
        reverse("articles:archive_month", args=[published_at.year, published_at.month]),
        reverse("articles:search"),
        reverse("articles:search") + "?q=headline",
        reverse("articles:search") + "?q=nothingatall",
    ):
        shelf.visit(address)
    visit_past_issues(shelf, subscriber, lapsed)
    editor = make.staff(Role.EDITOR)
    secret = previews.make_link(make.draft(body=BODY), by=editor)
    shelf.visit(reverse("articles:preview", args=[secret]), by_cookie(editor))
    visit_single_pieces(magazine, shelf)


def visit_single_pieces(magazine: Article, shelf: Shelf) -> None:
    """A piece given by link, one opened out of a month’s allowance, and advertisements beside them."""
    advertised.everywhere(picture=make.picture(), sponsor="Wren & Sons")
    rules.write(SharingRules(metered_pieces=2, links_a_month=3, link_devices=1))
    giver, registered = make.reader(entitled=True), by_cookie(make.reader())
    give = reverse("articles:give", args=[magazine.section.slug, magazine.slug])
    shelf.visit(give, by_cookie(giver))
    open_link, taken_back = (links.make(giver, giving.name_of(magazine)) for _ in range(2))
    links.revoke(taken_back)
    shelf.visit(give, by_cookie(giver))
    shelf.visit(reverse("subscriptions:account"), by_cookie(giver))
    friend = Client()
    for link in (open_link, taken_back):
        shelf.visit(reverse("articles:given", args=[link.key]), friend)
    links.open_on(open_link, "another")
    shelf.visit(reverse("articles:given", args=[open_link.key]), friend)
    for client in (None, registered):
        shelf.visit(magazine.get_absolute_url(), client)
    registered.post(reverse("articles:open_metered", args=[magazine.section.slug, magazine.slug]))
    shelf.visit(magazine.get_absolute_url(), registered)
    shelf.visit(reverse("subscriptions:account"), registered)


def visit_past_issues(shelf: Shelf, subscriber: Client, lapsed: Client) -> None:
    """The pages on which words of past issues are looked for."""
    search = reverse("editions:search")
    shelf.visit(search)
    brought(make.issue(volume=2, number=7, title="The <way> home"), "A harbour & more.", quality=40)
    brought(make.issue(volume=2, number=8), *["A harbour & <b>more</b>."] * 30)
    shelf.visit(search, lapsed)
    for query in ("?q=harbour", "?q=harbour&page=2", "?q=nothingatall"):
        shelf.visit(search + query)
        shelf.visit(search + query, subscriber)


def visit_what_is_kept(magazine: Article, shelf: Shelf) -> None:
    """An issue as files: its page for each kind of reader, what is lent, what is refused and what is late."""
    issue = magazine.issue
    edition = shelved(issue)
    address = reverse("editions:download", args=[issue.volume, issue.number, file_name(issue, "pdf")])
    lapsed = make.reader(entitled_until=timezone.now() - timedelta(days=3))
    subscriber = by_cookie(make.reader(entitled=True))
    for client in (None, by_cookie(make.reader()), by_cookie(lapsed)):
        shelf.visit(issue.get_absolute_url(), client)
        shelf.visit(address, client)
    shelf.visit(issue.get_absolute_url(), subscriber)
    secret = lending.lend(issue, note="A critic", days=7, by=make.staff(Role.EDITOR))[1]
    shelf.visit(reverse("editions:lent", args=[secret]))
    edition.file = ""
    edition.save()
    shelf.visit(address, subscriber)
    shelf.visit(reverse("editions:lent", args=[secret]))
    shelf.visit(reverse("subscriptions:feed_address"), subscriber)
    shelf.visit(reverse("subscriptions:feed_address"), subscriber, made="anew")
    shelf.visit(reverse("subscriptions:feed_address"), subscriber)


def visit_what_is_played(magazine: Article, shelf: Shelf) -> None:
    """A piece, an issue and a reader's list with recordings, and without the right to hear them."""
    narration = narrated(magazine)
    reader = make.reader(entitled=True)
    for article in (magazine, make.article(), magazine.issue.articles.first()):
        listing.put_by(reader, article)
    places.save(reader, magazine, places.Said(block=1, done=40))
    lapsed = make.reader(entitled_until=timezone.now() - timedelta(days=3))
    issue = reverse("audio:issue", args=[magazine.issue.volume, magazine.issue.number])
    for client in (None, by_cookie(make.reader()), by_cookie(lapsed), by_cookie(reader)):
        shelf.visit(magazine.get_absolute_url(), client)
        shelf.visit(issue, client)
        shelf.visit(f"{issue}?section={magazine.section.slug}", client)
    shelf.visit(magazine.issue.get_absolute_url())
    shelf.visit(addresses.file_address(narration, "mp3"))
    shelf.visit(reverse("audio:list"), by_cookie(reader))
    shelf.visit(reverse("audio:list"), by_cookie(make.reader()))


def visit_what_is_sold(shelf: Shelf) -> None:
    waiting, paid, cancelled = make.order(), make.subscription(), make.subscription()
    cancel(cancelled, by=cancelled.reader)
    shelf.visit(reverse("subscriptions:plans"))
    for subscription in (waiting, paid, cancelled):
        reader = by_cookie(subscription.reader)
        shelf.visit(reverse("subscriptions:plans"), reader)
        shelf.visit(reverse("subscriptions:account"), reader)
        shelf.visit(subscription.get_absolute_url(), reader)
        shelf.visit(reverse("subscriptions:cancel"), reader)
    visit_what_is_changed(shelf)
    visit_what_is_ones_own(shelf)
    visit_what_is_sent_to_readers(shelf)
    visit_what_is_given_back(shelf)
    visit_what_is_announced(shelf)
    visit_the_bank_of_the_demonstration(shelf)
    newcomer = by_cookie(make.reader())
    shelf.visit(reverse("subscriptions:account"), newcomer)
    checkout = reverse("subscriptions:checkout", args=[make.plan().slug])
    shelf.visit(checkout, newcomer)
    shelf.visit(checkout, newcomer, price="0", method="shells")


def visit_what_is_sent_to_readers(shelf: Shelf) -> None:
    """A reader’s copies: one to claim, claimed, and held back."""
    reader = make.reader(name="O’Dea & <Sons>")
    label = posted.sent_out(reader, title="Tides & <Co.>").labels.get()
    own = by_cookie(reader)
    claim, hold = reverse("subscriptions:claim", args=[label.code]), reverse("subscriptions:hold")
    soon = timezone.localdate() + timedelta(days=50)
    shelf.visit(reverse("subscriptions:account"), own)
    shelf.visit(claim, own)
    shelf.visit(claim, own, why="")
    claims.claim(label, "missing", by=reader)
    shelf.visit(claim, own)
    shelf.visit(hold, own)
    shelf.visit(f"{hold}?first_on={soon}&last_on={soon + timedelta(days=20)}", own)
    shelf.visit(f"{hold}?first_on=soon&last_on=<i>", own)
    shelf.visit(hold, by_cookie(make.reader()))
    held = holds.hold(reader, soon, soon + timedelta(days=20), by=reader)
    shelf.visit(reverse("subscriptions:hold_end", args=[held.pk]), own)
    shelf.visit(reverse("subscriptions:account"), own)


def visit_what_is_ones_own(shelf: Shelf) -> None:
    subscriber = make.subscription().reader
    client = by_cookie(subscriber)
    shelf.visit(reverse("accounts:data"), client)
    shelf.visit(reverse("accounts:erase"), client)
    shelf.visit(reverse("accounts:erase"), client, proof="")
    with zipfile.ZipFile(io.BytesIO(export.archive(subscriber))) as taken_away:
        shelf.keep("taken-away", taken_away.read("data.html").decode())
    erasure.ask(subscriber, gives_up=True)
    shelf.visit(reverse("accounts:data"), client)


def visit_what_is_changed(shelf: Shelf) -> None:
    make.offer(trial_days=14)
    make.offer(audience="everyone")
    make.offer(audience="leaving", payments=3)
    tomorrow = timezone.localdate() + timedelta(days=1)
    paid, rests, tries = make.card_subscription(months=1), make.subscription(months=1), make.trial()
    make.paused(rests, tomorrow, tomorrow + timedelta(days=13))
    refunds.give_back(paid.payments.get(), 100, by=None, reason="A late issue")
    newcomer = by_cookie(make.reader())
    shelf.visit(reverse("subscriptions:plans"))
    shelf.visit(reverse("subscriptions:trial", args=[make.plan().slug]), newcomer)
    shelf.visit(make.plan().get_absolute_url(), newcomer)
    shelf.visit(make.plan().get_absolute_url(), newcomer, code="NONE", price=make.price().pk, method="card")
    reader = by_cookie(paid.reader)
    for name in ("account", "cancel", "pause", "switch", "pay_by", "take_offer", "renew"):
        shelf.visit(reverse(f"subscriptions:{name}"), reader)
    shelf.visit(reverse("subscriptions:pause") + f"?first_on={tomorrow}&last_on={tomorrow}", reader)
    shelf.visit(reverse("subscriptions:pause") + "?first_on=soon", reader)
    shelf.visit(reverse("subscriptions:switch") + f"?price={make.price(months=12).pk}", reader)
    shelf.visit(reverse("subscriptions:pay_by") + "?way=transfer", reader)
    shelf.visit(reverse("subscriptions:cancel"), reader, shown="something else")
    payment = paid.payments.get()
    shelf.visit(reverse("subscriptions:invoice", args=[payment.reference]), reader)
    shelf.keep("paper", render_to_string("subscriptions/invoice_pdf.html", {"invoice": invoice_of(payment)}))
    request = HttpRequest()
    request.user = AnonymousUser()
    elsewhere = {"address": "https://pay.example.com/c/1?a=b&c=d", "host": "pay.example.com"}
    shelf.keep("leaving", render(request, "subscriptions/leaving.html", elsewhere).content.decode())
    for person in (rests.reader, tries.reader):
        shelf.visit(reverse("subscriptions:account"), by_cookie(person))
    visit_what_is_printed(shelf, rests, reader)


def visit_what_is_printed(shelf: Shelf, rests: Subscription, other: Client) -> None:
    """The printed copy: the one adds it, the other has it."""
    page, where = reverse("subscriptions:print_add"), reverse("subscriptions:addresses")
    shelf.visit(page + "?country=US", other)
    shelf.visit(page, other, **{**make.ADDRESS, "postal_code": "1"})
    shelf.visit(page, other, **make.ADDRESS)
    given = make.address(by=rests.reader)
    make.printed(rests)
    make.issue(cover_on=timezone.localdate() + timedelta(days=40), released_at=None)
    reader = by_cookie(rests.reader)
    for address in (reverse("subscriptions:account"), reverse("subscriptions:print_drop"), where):
        shelf.visit(address, reader)
    shelf.visit(where, reader, **make.ADDRESS, from_on="2020-01-01")
    shelf.visit(where, reader, **make.ADDRESS, from_on=str(timezone.localdate() + timedelta(days=3)))
    shelf.visit(reverse("subscriptions:address_withdraw", args=[given.pk]), reader)


def visit_what_is_announced(shelf: Shelf) -> None:
    reader = make.reader()
    by_link = reverse("subscriptions:news_by_link", args=[link_token(reader)])
    shelf.visit(by_link)
    shelf.visit(by_link, press="yes")
    reader.refresh_from_db()
    shelf.visit(reverse("subscriptions:account"), by_cookie(reader))


def visit_what_is_given_back(shelf: Shelf) -> None:
    subscription = make.subscription()
    reader = by_cookie(subscription.reader)
    address = reverse("subscriptions:refund")
    shelf.visit(address, reader)
    shelf.visit(address, reader, shown="something else")
    refunds.execute(guarantee.plan_refund(subscription), by=subscription.reader)
    shelf.visit(address, reader)
    shelf.visit(reverse("subscriptions:account"), reader)
    shelf.visit(subscription.get_absolute_url(), reader)
    make.subscription(by=subscription.reader)
    shelf.visit(address, reader)


def visit_the_bank_of_the_demonstration(shelf: Shelf) -> None:
    payment = cards.order()
    page = charging.pay_page(payment, cards.BACK)
    shelf.visit(page)
    shelf.visit(page, card="shells")
    shelf.visit(page, card=Card.REFUSED)
    demo_bank.pay(payment.reference, Card.WORKS)
    cards.seen(payment)
    shelf.visit(page)
    shelf.visit(charging.portal(payment.subscription.reader.customers.get(), cards.BACK))


def visit_the_ways_in(shelf: Shelf) -> None:
    reader = make.reader(email="known@example.org")
    for name in ("login", "signup", "inactive", "password_reset_completed"):
        shelf.visit(reverse(f"account_{name}"))
    shelf.visit(reverse("account_login"), login="known@example.org", password="wrong")
    shelf.visit(reverse("account_signup"), email="nonsense", password1="short")
    shelf.visit(reverse("account_signup"), email="new@example.org", password1=make.PASSWORD)

    by_code = Client()
    shelf.visit(reverse("account_request_login_code"), by_code)
    shelf.visit(reverse("account_request_login_code"), by_code, email=reader.email)
    shelf.visit(reverse("account_confirm_login_code"), by_code, code="WRONG")

    forgetful = Client()
    shelf.visit(reverse("account_reset_password"), forgetful)
    shelf.visit(reverse("account_reset_password"), forgetful, email=reader.email)
    shelf.visit(reverse("account_confirm_password_reset_code"), forgetful, code=mailed_code())

    for name in ("email", "change_password", "logout"):
        shelf.visit(reverse(f"account_{name}"), signed_in(reader))
    shelf.visit(reverse("account_reauthenticate"), by_cookie(reader))


def meet_refusals(shelf: Shelf) -> None:
    shelf.visit("/nowhere/at-all/")
    request = HttpRequest()
    request.user = AnonymousUser()
    for name in (
        "400.html",
        "403.html",
        "403_csrf.html",
        "429.html",
        "500.html",
        "account/signup_closed.html",
        "account/verified_email_required.html",
    ):
        shelf.keep(name, render(request, name).content.decode())
    form = SetPasswordForm()
    shelf.keep("set", render(request, "account/password_set.html", {"form": form}).content.decode())


# -- The desk and the letters -------------------------------------------------


def test_the_desks_own_pages_are_valid_html(magazine, shelf):
    desk = by_cookie(make.staff(Role.EDITOR, Role.SUBSCRIBER_STAFF))
    article = make.draft(body=BODY, authors=[make.author()], related=[magazine], lead_picture=make.picture())
    with templates_used() as used:
        visit_the_desk(desk, article, shelf)

    assert ours("admin/", "unfold/") - used == set()
    assert [one for one in shelf.errors() if not THE_THEMES_OWN.search(one)] == []


def visit_the_desk(desk: Client, article: Article, shelf: Shelf) -> None:
    for words in ("Once", "Twice"):
        article.standfirst = words
        article.save()
        revisions.record(article, by=None)
    form = reverse("admin:articles_article_change", args=[article.pk])
    shelf.visit(reverse("admin:index"), desk)
    shelf.visit(reverse("admin:articles_article_add"), desk)
    shelf.visit(form, desk)
    shelf.visit(form, desk, **filled(article, headline="Late", opened_version=0))
    shelf.visit(reverse("admin:articles_article_history", args=[article.pk]) + "?old=1&new=2", desk)
    for move in ("publish", "spike"):
        shelf.visit(reverse("admin:articles_article_move", args=[article.pk, move]), desk)
    chosen = {"action": "publish_selected", ACTION_CHECKBOX_NAME: str(article.pk)}
    shelf.visit(reverse("admin:articles_article_changelist"), desk, **chosen)
    shelf.visit(reverse("admin:subscriptions_promisecheck_changelist"), desk)
    visit_what_is_advertised(shelf)
    # A line, bars, and a table that is shaded.
    books = by_cookie(make.staff(Role.FINANCE))
    make.subscription()
    for question in ("revenue", "cohorts"):
        shelf.visit(reverse("admin:subscriptions_figures_about", args=[question]), books)
    shelf.visit(reverse("admin:subscriptions_extension_changelist"), desk)
    # A planner that leaves the year empty: everybody is short.
    far_off = make.issue(released_at=None, cover_on=timezone.localdate() + timedelta(days=500))
    make.subscription()
    shelf.visit(reverse("admin:subscriptions_extension_changelist"), desk)
    shelf.visit(reverse("admin:subscriptions_extension_bulk"), desk)
    shelf.visit(reverse("admin:subscriptions_extension_bulk"), desk, reason="", key="")
    far_off.delete()
    issue = Article.objects.filter(issue__isnull=False).first().issue_id
    shelf.visit(reverse("admin:articles_issue_change", args=[issue]), desk)
    visit_the_planner(desk, shelf)
    visit_the_files(desk, shelf)
    visit_what_is_heard(desk, article, shelf)
    visit_an_issue_put_to_bed(desk, shelf)
    payment = make.order().payments.get()
    shelf.visit(reverse("admin:subscriptions_payment_confirm", args=[payment.pk]), desk)
    message = demo_bank.tell("payment.changed", payment.reference)
    shelf.visit(reverse("admin:subscriptions_providerevent_apply_again", args=[message.pk]), desk)
    shelf.visit(reverse("admin:subscriptions_letter_samples"), desk)
    shelf.visit(reverse("admin:subscriptions_letter_sample", args=["welcome"]), desk)
    visit_who_subscribes(desk, shelf)
    visit_what_is_sent(desk, shelf)
    visit_many_subscribers(desk, shelf)


def visit_what_is_advertised(shelf: Shelf) -> None:
    """Advertisements as readers see them, the weeks to come, and a promise about to be kept."""
    publisher = by_cookie(make.staff(Role.PUBLISHER))
    creative = advertised.everywhere(picture=make.picture(), sponsor="Wren & Sons")
    shelf.visit(reverse("admin:advertising_creative_preview", args=[creative.pk]), publisher)
    shelf.visit(reverse("admin:advertising_placement_schedule"), publisher)
    shelf.visit(reverse("admin:subscriptions_promisecheck_go_live", args=["ad_free"]), publisher)


def visit_the_files(desk: Client, shelf: Shelf) -> None:
    """Editions in each state, and what is lent."""
    edition = shelved(make.issue())
    Edition.objects.create(issue=edition.issue, format="epub", failed_at=timezone.now(), failure="No <ink>")
    begun = {"begun_at": timezone.now(), "told_at": timezone.now(), "percent": 40, "step": "Laying out pages"}
    Edition.objects.create(issue=edition.issue, format="press", **begun)
    link = lending.lend(edition.issue, note="A critic", days=7, by=make.staff(Role.EDITOR))[0]
    with patch("magazine.printing.can_print", lambda: False):
        shelf.visit(reverse("admin:editions_edition_changelist"), desk)
    shelf.visit(reverse("admin:editions_edition_change", args=[edition.pk]), desk)
    shelf.visit(reverse("admin:editions_edition_make_anew", args=[edition.pk]), desk)
    shelf.visit(reverse("admin:editions_edition_bring"), desk)
    shelf.visit(reverse("admin:editions_edition_bring"), desk, volume="2")
    shelf.visit(reverse("admin:editions_guestlink_changelist"), desk)
    shelf.visit(reverse("admin:editions_guestlink_add"), desk)
    shelf.visit(reverse("admin:editions_guestlink_change", args=[link.pk]), desk)
    shelf.visit(reverse("admin:editions_guestlink_withdraw", args=[link.pk]), desk)


def visit_what_is_heard(desk: Client, article: Article, shelf: Shelf) -> None:
    """Recordings in each state, a script with an editor's words in it, and the voices."""
    narrated(article)
    stale, failed, begun, exempt = (make.article() for _ in range(4))
    for piece in (stale, failed, begun):
        narrated(piece)
    stale.corrections.create(note="It was a Tuesday.")
    now = timezone.now()
    Narration.objects.filter(article=failed).update(failed_at=now, failure="No <breath>")
    Narration.objects.filter(article=begun).update(mp3="", begun_at=now, told_at=now, percent=40)
    making.exempt(exempt, "A crossword", make.staff(Role.EDITOR))
    make.article()
    Pronunciation.objects.create(word="Tallow", spoken="tal-oh")
    VoiceChoice.objects.create(language="en-gb", voice="gone")
    pages = [reverse("admin:audio_piece", args=[piece.pk]) for piece in (article, stale, begun, exempt)]
    words = {"digest": script_of(article).blocks[0].digest, "spoken": "A “quoted” <word>"}
    shelf.visit(f"{pages[0]}word/", desk, **words)
    article.wordings.create(block_digest="0" * 64, written="Gone", spoken="")
    shelf.visit(f"{pages[0]}word/", desk, digest="0" * 64, spoken="Typed")
    shelf.visit(f"{pages[0]}exempt/", desk, reason="")
    shelf.visit(f"{pages[0]}reading/", desk, reader_name="")
    board = reverse("admin:audio_coverage")
    for address in (*pages, board, f"{board}?state=stale"):
        shelf.visit(address, desk)
    for model in ("narration", "pronunciation", "voicechoice"):
        shelf.visit(reverse(f"admin:audio_{model}_changelist"), desk)
    shelf.visit(reverse("admin:audio_pronunciation_add"), desk)
    shelf.visit(reverse("admin:audio_voicechoice_add"), desk)


def visit_the_planner(desk: Client, shelf: Shelf) -> None:
    """A year with issues in it, and moving one of them."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    planned = make.issue(cover_on=tomorrow, released_at=None, title="The wedge & the ‘door’")
    for address in (
        "",
        f"?year={tomorrow.year + 1}",
        f"?year={tomorrow.year}&rule=own&days={tomorrow}",
        "?rule=own",
    ):
        shelf.visit(reverse("admin:articles_issue_planner") + address, desk)
    move = reverse("admin:articles_issue_reschedule", args=[planned.pk])
    shelf.visit(move, desk)
    shelf.visit(f"{move}?on={tomorrow + timedelta(days=400)}&weight=2", desk)
    shelf.visit(f"{move}?on=soon&weight=12", desk)
    make.draft(issue=planned, page=4, headline="Doors & <wedges>", lead_picture=make.picture())
    make.draft(issue=planned, page=4, length=70)
    later = make.issue(
        cover_on=tomorrow + timedelta(days=14), released_at=None, cover=make.picture(), pages=62
    )
    for issue in (planned, later, make.issue()):
        shelf.visit(reverse("admin:articles_issue_flatplan", args=[issue.pk]), desk)


def visit_an_issue_put_to_bed(desk: Client, shelf: Shelf) -> None:
    """Before and after its release, with lights of every colour."""
    issue = make.issue(released_at=None, closed_at=timezone.now(), cover=make.picture(), title="Tides & Co.")
    good = make.article(issue=issue, published_at=None, lead_picture=make.picture(), page=4)
    bad = make.draft(issue=issue, authors=[])
    room = reverse("admin:articles_issue_put_to_bed", args=[issue.pk])
    shelf.visit(room, desk)
    shelf.visit(reverse("admin:articles_article_move", args=[good.pk, "unpublish"]), desk)
    shelf.visit(reverse("admin:articles_article_move", args=[bad.pk, "approve_for_issue"]), desk)
    bad.delete()
    shelf.visit(room + "?day=2040-07-01&time=06:00", desk)
    shelf.visit(room, desk, mark="old")
    shelf.visit(room + "?day=2020-01-01&time=06:00", desk)
    release.release(issue, by=make.staff(Role.EDITOR))
    shelf.visit(room, desk)
    shelf.visit(reverse("admin:articles_issue_roll_back", args=[issue.pk]), desk)


def visit_gifts_and_seats(shelf: Shelf) -> None:
    """What a giver, a recipient and a group's contact see."""
    giver, reader = make.reader(name="Ada & <Sons>"), make.subscription().reader
    there, here = by_cookie(giver), by_cookie(reader)
    shelf.visit(reverse("subscriptions:gifts"))
    buying = reverse("subscriptions:gift_buy", args=[make.plan().slug])
    shelf.visit(buying, there)
    shelf.visit(buying, there, gives_on="soon", recipient_email="nobody")
    waits = gifted.ordered(by=giver, recipient_name="Tobias & <Wren>")
    shelf.visit(waits.order.get_absolute_url(), there)
    gift = gifted.paid(by=giver, zone_price=gifted.abroad(), message="One\n<two> & three")
    for name in ("gift", "gift_card", "gift_refund"):
        shelf.visit(reverse(f"subscriptions:{name}", args=[gift.order.number]), there)
    shelf.keep(
        "gift-card", render_to_string("subscriptions/gift_card_pdf.html", {"card": gift_cards.card_of(gift)})
    )
    shelf.visit(reverse("subscriptions:redeem"))
    shelf.visit(reverse("subscriptions:redeem"), code="nothing")
    for somebody in (None, here):
        shelf.visit(reverse("subscriptions:redeem_code", args=[gift.code]), somebody)
    redeeming.redeem(gift, reader, way=redeeming.Way.KEEP)
    shelf.visit(reverse("subscriptions:gift_use", args=[gift.pk]), here)
    shelf.visit(reverse("subscriptions:redeem_code", args=[gift.code]), there)
    redeeming.begin_kept(gift, reader)
    shelf.visit(reverse("subscriptions:gift_use", args=[gift.pk]), here)
    group = gifted.group(contact=giver, network="127.0.0.0/8", seats=5)
    seat = groups.give(group, reader.email, by=giver)
    shelf.visit(reverse("subscriptions:join"), here)
    shelf.visit(reverse("subscriptions:account"), here)
    groups.take(seat, reader)
    for person in (there, here):
        shelf.visit(reverse("subscriptions:account"), person)
    shelf.visit(reverse("subscriptions:seats", args=[group.pk]), there)
    shelf.visit(reverse("subscriptions:seats", args=[group.pk]), there, emails="nobody")
    shelf.visit(reverse("subscriptions:seat_end", args=[seat.pk]), there)


def visit_who_subscribes(desk: Client, shelf: Shelf) -> None:
    """The pages about people, deeds and plans."""
    subscription = make.subscription(months=1)
    refunds.give_back(subscription.payments.get(), 100, by=None, reason="A torn cover")
    feed_addresses.give_another(subscription.reader, by=None, reason="It got about")
    shelf.visit(reverse("admin:subscriptions_new_address", args=[subscription.reader.pk]), desk)
    FeedAlarm.objects.create(reader=subscription.reader, networks=21)
    shelf.visit(reverse("admin:audio_feedalarm_changelist"), desk)
    page = reverse("admin:subscriptions_subscriber", args=[subscription.reader.pk])
    shelf.visit(page + "?what=audience:subscribers&at=2030-01-01T12:00", desk)
    shelf.visit(page + "?what=audience:kings&at=2030-01-01T12:00", desk)
    elsewhere = reverse("admin:subscriptions_say_address", args=[subscription.reader.pk])
    shelf.visit(elsewhere, desk)
    shelf.visit(elsewhere, desk, country="GB", city="<b>", from_on="2030-01-01")
    shelf.visit(reverse("admin:subscriptions_subscribers"), desk)
    shelf.visit(reverse("admin:subscriptions_subscribers") + "?q=nobody", desk)
    for name in ("cancel", "pause", "switch", "give-back", "resume"):
        shelf.visit(reverse("admin:subscriptions_subscription_act", args=[subscription.pk, name]), desk)
    extend = reverse("admin:subscriptions_subscription_act", args=[subscription.pk, "extend"])
    shelf.visit(extend, desk, days="9", batch="a")
    shelf.visit(extend, desk, days="9", batch="a", shown="something else", reason="Why not")
    shelf.visit(reverse("admin:subscriptions_entitlement_grant"), desk)
    version = offer.new_version(make.plan())
    shelf.visit(reverse("admin:subscriptions_planversion_preview", args=[version.pk]), desk)
    version.prices.update(amount_minor=9900)
    version.sold_from_at = timezone.now()
    version.save()
    publisher = by_cookie(make.staff(Role.PUBLISHER))
    shelf.visit(reverse("admin:subscriptions_planversion_announce", args=[version.pk]), publisher)


def visit_what_is_sent(desk: Client, shelf: Shelf) -> None:
    """Runs of labels that are frozen, due and open; a label, printed again and come back."""
    hebrew = make.reader(name="נועה & <לוי>")
    run = posted.sent_out(make.reader(), hebrew, make.reader(), title="Tides & <Co.>")
    posted.right(make.reader(), first=0)
    due, later = (
        make.issue(volume=80, cover_on=timezone.localdate() + timedelta(days=days), released_at=None)
        for days in (2, 60)
    )
    make.address(by=hebrew, name=hebrew.name)
    label = run.labels.first()
    returns.reprint(label, by=None)
    shelf.visit(reverse("admin:subscriptions_labelrun_changelist") + "?code=<b>", desk)
    pages = [
        reverse("admin:subscriptions_labelrun_issue", args=[key])
        for key in (run.issue_key, f"80/{due.number}", f"80/{later.number}")
    ]
    for address in pages:
        shelf.visit(address, desk)
    shelf.visit(pages[2], desk, overs="-1")
    for address in pages[1:]:
        shelf.visit(f"{address}look/", desk)
    shelf.visit(reverse("admin:subscriptions_label_changelist"), desk)
    shelf.visit(reverse("admin:subscriptions_label_change", args=[label.pk]), desk)
    for name in ("reprint", "came_back"):
        act = reverse(f"admin:subscriptions_label_{name}", args=[label.pk])
        shelf.visit(act, desk)
        shelf.visit(act, desk, why="", place="99")


def visit_many_subscribers(desk: Client, shelf: Shelf) -> None:
    """Segments, actions on many, second signatures and imports; a person with print, gifts and notes."""
    seller = make.staff(Role.SUBSCRIBER_STAFF)
    held = make.printed(make.subscription(by=make.reader(name="O’Dea & <Sons>")))
    notes.leave(held.reader, "Rings on <Mondays>", by=seller)
    today = timezone.localdate()
    group = ReaderGroup.objects.create(
        name="Carrow & <Sons>",
        plan_version=held.plan_version,
        seats_count=3,
        from_on=today,
        until_on=today + timedelta(days=365),
        agreement="A letter",
    )
    Seat.objects.create(group=group, email=held.reader.email, reader=held.reader)
    asked = approvals.ask_about_money(
        held,
        "guarantee",
        {},
        rehearsal.rehearse(ClaimGuarantee(), held, by=seller),
        by=seller,
        reason="Rang <twice>",
    )
    shelf.visit(reverse("admin:subscriptions_subscriber", args=[held.reader.pk]), desk)
    shelf.visit(reverse("admin:subscriptions_approval_changelist"), desk)
    shelf.visit(reverse("admin:subscriptions_approval_decide", args=[asked.pk]), desk)
    shelf.visit(reverse("admin:subscriptions_segment_add"), desk)
    shelf.visit(reverse("admin:subscriptions_segment_add"), desk, name="All & <sundry>")
    segment = Segment.objects.create(
        name="All & <sundry>", made_by=seller, conditions={"state": ["active"], "renews_within": 400}
    )
    shelf.visit(reverse("admin:subscriptions_segment_changelist"), desk)
    shelf.visit(reverse("admin:subscriptions_segment_people", args=[segment.pk]), desk)
    for kind, chosen in (("extend", {"days": 3}), ("grant", {}), ("note", {"text": "<b>"})):
        act = reverse("admin:subscriptions_bulkdeed_act", args=[segment.pk, kind])
        shelf.visit(act, desk)
        shelf.visit(act, desk, reason="<Why>", **chosen)
    shelf.visit(reverse("admin:subscriptions_subscriberimport_add"), desk)
    file = taking.look_through(
        "<old>.csv", b"email,plan,paid_until\n<b>,<i>,\na@example.org,halyard,2020-01-01\n", by=seller
    )
    shelf.visit(reverse("admin:subscriptions_subscriberimport_change", args=[file.pk]), desk)


def test_every_letter_is_valid_html(shelf):
    with templates_used() as used:
        for kind in letters.LETTERS:
            shelf.keep(kind, letters.sample(kind).write().html)

    assert ours("emails/") - used == set()
    assert shelf.errors() == []
