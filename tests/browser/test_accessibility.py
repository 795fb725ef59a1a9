"""No page stands in anybody’s way, as far as axe-core can tell: wide and light, small and dark."""

import os
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.roles import Role
from advertising.models import Creative
from articles import giving, previews, revisions, uploads
from articles.models import Article
from audio.models import VoiceChoice
from subscriptions import feed_addresses
from subscriptions.access import Audience
from subscriptions.giving import groups
from subscriptions.models import GiftLink, Segment
from subscriptions.sharing import links
from tests import make
from tests.advertising import advertised
from tests.audio.fakes import narrated
from tests.browser.axe import violations
from tests.subscriptions import giving as gifted
from tests.subscriptions import posted
from tests.test_html import BODY

pytestmark = pytest.mark.django_db(transaction=True)

DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
VIEWS = {"wide and light": (1280, 900, "light"), "small and dark": (375, 800, "dark")}


class Inspection:
    """Pages looked at one after the other; ``found`` is what is wrong.

    To keep the run short the two views take turns from page to page; a drill sees every page in both.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self._turn = 0

    def go(self, *addresses: str) -> None:
        """Open each page and inspect it."""
        for address in addresses:
            self.page.goto(address)
            self.look(address)

    def go_to_the_desk(self, *addresses: str) -> None:
        """Open each page: the desk's theme chooses its colours as it is loaded, so once for each view."""
        for address in addresses:
            for view in self._views():
                self.put_on(view)
                self.page.goto(address)
                self.note(address, view)

    def look(self, name: str) -> None:
        """Inspect the page as it stands."""
        for view in self._views():
            self.put_on(view)
            self.note(name, view)

    def _views(self) -> list[str]:
        self._turn += 1
        return list(VIEWS) if DRILL else [list(VIEWS)[self._turn % 2]]

    def put_on(self, view: str) -> None:
        width, height, scheme = VIEWS[view]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme=scheme)

    def note(self, name: str, view: str) -> None:
        self.found += [f"{name} ({view}): {one}" for one in violations(self.page)]


@pytest.fixture
def inspect(visit):
    """Begin an inspection as a stranger, or as ``person``."""

    def begin(person=None) -> Inspection:
        visitor = visit(reduced_motion="reduce")
        if person:
            visitor.sign_in(person.email, make.PASSWORD)
            expect(visitor.page.get_by_role("heading", name="Welcome back")).to_have_count(0)
        return Inspection(visitor.page)

    return begin


@pytest.fixture
def magazine(site) -> Article:
    """A magazine with something of every kind; the piece that has all of it."""
    file = BytesIO()
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(file, "JPEG")
    file.seek(0)
    picture = uploads.take_picture(
        file, title="The quay", alt="An empty quay", caption="At dawn", credit="Halyard"
    )
    author = make.author("Tobias Wren", biography="Writes about doors.", role="Columnist", portrait=picture)
    issue = make.issue(volume=3, number=24, title="The wedge", cover=picture)
    shared = {"tags": ["Harbours"], "issue": issue, "lead_picture": picture}
    older = [make.article(authors=[author], page=n, **shared) for n in range(1, 5)]
    make.section("Culture")
    make.plan()
    article = make.article(
        headline="The harbour that priced the tide",
        kicker="Ports",
        body=BODY.format(picture=picture.pk),
        authors=[author, make.author("Inês Carvalho")],
        related=older[:2],
        page=7,
        series=make.series(),
        audience=Audience.SUBSCRIBERS,
        **shared,
    )
    article.corrections.create(note="An earlier version said otherwise.")
    advertised.everywhere(picture=picture)
    return article


def test_a_stranger_meets_no_obstacle(inspect, magazine):
    published_at = timezone.localtime(magazine.published_at)
    inspection = inspect()
    inspection.go(
        "/",
        magazine.section.get_absolute_url(),
        magazine.get_absolute_url(),
        magazine.series.get_absolute_url(),
        magazine.issue.get_absolute_url(),
        reverse("articles:issues"),
        reverse("articles:tags"),
        reverse("articles:tag", args=["harbours"]),
        reverse("articles:authors"),
        reverse("articles:author", args=["tobias-wren"]),
        reverse("articles:archive"),
        reverse("articles:archive_year", args=[published_at.year]),
        reverse("articles:archive_month", args=[published_at.year, published_at.month]),
        reverse("articles:search"),
        reverse("articles:search") + "?q=harbour",
        reverse("articles:search") + "?q=nothingatall",
        "/nowhere/at-all/",
        reverse("subscriptions:plans"),
        reverse("subscriptions:gifts"),
        reverse("subscriptions:redeem"),
        reverse("account_login"),
        reverse("account_signup"),
        reverse("account_request_login_code"),
        reverse("account_reset_password"),
        reverse("articles:given", args=[_gift_link(magazine).key]),
    )

    assert inspection.found == []


def _gift_link(article: Article) -> GiftLink:
    return links.make(make.reader(entitled=True), giving.name_of(article))


def test_a_reader_meets_no_obstacle_on_the_way_in(inspect, magazine):
    make.reader(email="known@example.org")
    inspection = inspect()
    page = inspection.page

    page.goto(reverse("account_login"))
    page.get_by_label("Email").fill("known@example.org")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".field__error, [role=alert]").first).to_be_visible()
    inspection.look("a wrong password")
    page.goto(reverse("account_reset_password"))
    page.get_by_label("Email").fill("known@example.org")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_label("Code")).to_be_visible()
    inspection.look("the code")
    page.get_by_label("Code").fill(re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)[1])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    inspection.look("the new password")

    assert inspection.found == []


def test_a_reader_meets_no_obstacle_at_the_till(inspect, magazine):
    waiting, paid = make.order(), make.subscription()
    lapsed = make.reader(entitled_until=timezone.now() - timedelta(days=3))
    make.offer(trial_days=14)
    make.offer(audience="everyone")
    account, cancel = reverse("subscriptions:account"), reverse("subscriptions:cancel")
    feed_addresses.renew(paid.reader)
    soon = timezone.localdate() + timedelta(days=5)
    sent = posted.sent_out(paid.reader)
    gift, group = gifted.paid(by=waiting.reader), gifted.group(contact=waiting.reader)
    seat = groups.give(group, paid.reader.email, by=waiting.reader)
    inspections = {person: inspect(person) for person in (waiting.reader, paid.reader, lapsed)}

    inspections[waiting.reader].go(
        account,
        waiting.get_absolute_url(),
        reverse("subscriptions:gift_buy", args=[make.plan().slug]),
        gift.order.get_absolute_url(),
        reverse("subscriptions:gift_card", args=[gift.order.number]),
        reverse("subscriptions:gift_refund", args=[gift.order.number]),
        reverse("subscriptions:seats", args=[group.pk]),
        reverse("subscriptions:seat_end", args=[seat.pk]),
    )
    inspections[paid.reader].go(
        account,
        reverse("subscriptions:feed_address"),
        cancel,
        paid.get_absolute_url(),
        reverse("subscriptions:refund"),
        reverse("subscriptions:pause") + f"?first_on={soon}&last_on={soon + timedelta(days=9)}",
        reverse("subscriptions:pause") + "?first_on=soon",
        reverse("subscriptions:switch"),
        reverse("subscriptions:switch") + f"?price={make.price(months=1).pk}",
        reverse("subscriptions:pay_by"),
        reverse("subscriptions:print_add") + "?country=US",
        reverse("subscriptions:addresses"),
        reverse("subscriptions:hold") + f"?first_on={soon}&last_on={soon + timedelta(days=9)}",
        reverse("subscriptions:claim", args=[sent.labels.get().code]),
        reverse("subscriptions:invoice", args=[paid.payments.get().reference]),
        magazine.get_absolute_url(),
        reverse("articles:give", args=[magazine.section.slug, magazine.slug]),
        reverse("subscriptions:redeem_code", args=[gift.code]),
        reverse("subscriptions:join"),
        reverse("accounts:data"),
        reverse("accounts:erase"),
        reverse("account_email"),
        reverse("account_change_password"),
        reverse("account_logout"),
    )
    inspections[lapsed].go(
        reverse("subscriptions:plans"),
        reverse("subscriptions:trial", args=[make.plan().slug]),
        account,
        magazine.get_absolute_url(),
        reverse("subscriptions:checkout", args=[make.plan().slug]),
    )

    assert [one for inspection in inspections.values() for one in inspection.found] == []


def test_an_editor_meets_no_obstacle_at_the_desk(inspect, magazine):
    editor = make.staff(Role.EDITOR)
    draft = make.draft(body=BODY.format(picture=magazine.lead_picture_id), lead_picture=magazine.lead_picture)
    for words in ("Once.", "Twice."):
        draft.standfirst = words
        draft.save()
        revisions.record(draft, by=editor)
    VoiceChoice.objects.create(language="en-gb", voice="gone")
    narrated(magazine)
    magazine.corrections.create(note="It was a Tuesday.")
    inspection = inspect(editor)
    inspection.go_to_the_desk(
        reverse("admin:index"),
        reverse("admin:articles_article_changelist"),
        reverse("admin:articles_article_change", args=[draft.pk]),
        reverse("admin:articles_article_move", args=[draft.pk, "publish"]),
        reverse("admin:articles_article_history", args=[draft.pk]) + "?old=1&new=2",
        reverse("admin:articles_picture_changelist"),
        reverse("admin:articles_picture_change", args=[magazine.lead_picture_id]),
        reverse("admin:articles_issue_changelist"),
        reverse("admin:articles_issue_change", args=[magazine.issue_id]),
        reverse("admin:audio_coverage"),
        reverse("admin:audio_piece", args=[magazine.pk]),
        reverse("admin:audio_voicechoice_changelist"),
        reverse("admin:audio_pronunciation_add"),
        reverse("admin:advertising_creative_preview", args=[Creative.objects.get().pk]),
        reverse("admin:advertising_placement_schedule"),
        reverse("articles:preview", args=[previews.make_link(draft, by=editor)]),
        reverse("admin:articles_article_add"),
    )
    page = inspection.page
    for tool, ready in (("Link to an article", "option"), ("Picture", "img")):
        page.get_by_role("toolbar", name="Formatting").get_by_role("button", name=tool, exact=True).click()
        expect(page.get_by_role("dialog").get_by_role(ready).first).to_be_visible()
        inspection.look(f"the dialog “{tool}”")
        page.keyboard.press("Escape")

    assert inspection.found == []


def test_subscriber_staff_meet_no_obstacle_at_the_desk(inspect, magazine):
    waiting, paid = make.order(), make.subscription()
    staff = make.staff(Role.SUBSCRIBER_STAFF)
    sent = posted.sent_out(paid.reader)
    to_be_sent = make.issue(volume=80, cover_on=timezone.localdate() + timedelta(days=3), released_at=None)
    segment = Segment.objects.create(name="Active", made_by=staff, conditions={"state": ["active"]})
    inspection = inspect(staff)
    inspection.go_to_the_desk(
        reverse("admin:index"),
        reverse("admin:subscriptions_subscription_changelist"),
        reverse("admin:subscriptions_subscription_change", args=[paid.pk]),
        reverse("admin:subscriptions_payment_changelist"),
        reverse("admin:subscriptions_payment_change", args=[waiting.payments.get().pk]),
        reverse("admin:subscriptions_payment_confirm", args=[waiting.payments.get().pk]),
        reverse("admin:subscriptions_entitlement_grant"),
        reverse("admin:subscriptions_subscribers"),
        reverse("admin:subscriptions_subscriber", args=[paid.reader.pk])
        + "?what=audience:subscribers&at=2030-01-01T12:00",
        reverse("admin:subscriptions_new_address", args=[paid.reader.pk]),
        reverse("admin:subscriptions_subscription_act", args=[paid.pk, "cancel"]),
        reverse("admin:subscriptions_segment_add"),
        reverse("admin:subscriptions_segment_people", args=[segment.pk]),
        reverse("admin:subscriptions_bulkdeed_act", args=[segment.pk, "grant"]),
        reverse("admin:subscriptions_subscriberimport_add"),
        reverse("admin:subscriptions_say_address", args=[paid.reader.pk]),
        reverse("admin:subscriptions_subscription_act", args=[paid.pk, "give-back"]),
        reverse("admin:subscriptions_subscription_act", args=[paid.pk, "switch"]),
        reverse("admin:subscriptions_planversion_preview", args=[paid.plan_version.pk]),
        reverse("admin:subscriptions_offer_changelist"),
        reverse("admin:subscriptions_gift_changelist"),
        reverse("admin:subscriptions_readergroup_add"),
        reverse("admin:subscriptions_labelrun_changelist"),
        reverse("admin:subscriptions_labelrun_issue", args=[sent.issue_key]),
        reverse("admin:subscriptions_labelrun_look", args=[f"80/{to_be_sent.number}"]),
        reverse("admin:subscriptions_label_reprint", args=[sent.labels.get().pk]),
        reverse("admin:subscriptions_subscriptionevent_changelist"),
        reverse("admin:subscriptions_promisecheck_changelist"),
        reverse("admin:subscriptions_letter_changelist"),
        reverse("admin:subscriptions_letter_change", args=[waiting.letters.get().pk]),
        reverse("admin:subscriptions_letter_samples"),
        reverse("admin:subscriptions_letter_sample", args=["receipt"]),
    )

    assert inspection.found == []


def test_an_accountant_meets_no_obstacle_in_the_figures(inspect, magazine):
    make.subscription()
    inspection = inspect(make.staff(Role.FINANCE))
    inspection.go_to_the_desk(
        *(reverse("admin:subscriptions_figures_about", args=[key]) for key in ("revenue", "cohorts"))
    )

    assert inspection.found == []
