"""Who may do what at every address: the one table.

Each URL name has one or more rules, each about one kind of object (one's own order, somebody else's).
``tests/test_url_rules.py`` tries every rule as every kind of person with every method, and refuses an address
without a rule. The table repeats, on purpose, what roles and views say elsewhere: it is the second
opinion.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from django.utils import timezone
from taggit.models import Tag

from accounts.models import User
from accounts.privacy import erasure
from accounts.roles import Role
from articles import giving, revisions
from articles.issues import release
from articles.models import Article
from audio.models import FeedAlarm, Pronunciation, VoiceChoice
from editions import lending
from editions.addresses import file_name
from editions.models import Format
from subscriptions import entitlements
from subscriptions.access import Audience, feed_token
from subscriptions.announcing import readers as announced
from subscriptions.features import Feature
from subscriptions.giving import groups, redeeming
from subscriptions.importing import taking
from subscriptions.keeping import board
from subscriptions.ledger.writing import write_down
from subscriptions.life import extensions
from subscriptions.models import (
    Approval,
    Customer,
    DeliveryZone,
    FeedAddress,
    Hold,
    Label,
    LabelRun,
    Segment,
    SharingRules,
)
from subscriptions.paying import charging, demo_bank, guarantee, reconciling, refunds
from subscriptions.people import approvals, bulk, looks
from subscriptions.selling import offers
from subscriptions.selling.checkout import place_order
from subscriptions.sharing import links
from tests import make
from tests.advertising import advertised
from tests.audio.fakes import narrated
from tests.editions.fakes import shelved
from tests.subscriptions import giving as gifted

STRANGER = "stranger"
REGISTERED = "registered"
LAPSED = "lapsed"
SUBSCRIBER = "subscriber"
WRITER = "writer"
EDITOR = "editor"
SUBSCRIBER_STAFF = "subscriber staff"
FINANCE = "finance"
PUBLISHER = "publisher"

PEOPLE: dict[str, Callable[[], User | None]] = {
    STRANGER: lambda: None,
    REGISTERED: lambda: make.reader(),
    LAPSED: lambda: make.reader(entitled_until=timezone.now() - timedelta(days=1)),
    SUBSCRIBER: lambda: make.subscription().reader,
    WRITER: lambda: make.staff(Role.WRITER),
    EDITOR: lambda: make.staff(Role.EDITOR),
    SUBSCRIBER_STAFF: lambda: make.staff(Role.SUBSCRIBER_STAFF),
    FINANCE: lambda: make.staff(Role.FINANCE),
    PUBLISHER: lambda: make.staff(Role.PUBLISHER),
}
EVERYBODY = frozenset(PEOPLE)
SIGNED_IN = EVERYBODY - {STRANGER}
STAFF = frozenset({WRITER, EDITOR, SUBSCRIBER_STAFF, FINANCE, PUBLISHER})
NEWSROOM = frozenset({WRITER, EDITOR, PUBLISHER})
EDITORS = frozenset({EDITOR, PUBLISHER})
SELLERS = frozenset({SUBSCRIBER_STAFF, PUBLISHER})
BOOKS = frozenset({SUBSCRIBER_STAFF, FINANCE, PUBLISHER})
FIGURES = frozenset({FINANCE, PUBLISHER})
# Whoever has an open order; a subscriber's was paid.
ORDERING = SIGNED_IN - {SUBSCRIBER}
NOBODY: frozenset[str] = frozenset()


class World:
    """What rules are about; ``person`` is whoever is trying.

    What many rules ask for is made once, in the beginning: most of the time goes into making.
    """

    def __init__(self, person: User | None) -> None:
        self.person = person
        make.plan()
        self.article = self._article()
        self.ordered = make.order()
        self.sold = make.subscription()

    def _article(self) -> Article:
        return make.article(
            tags=["Harbours"],
            authors=[make.author()],
            issue=make.issue(),
            series=make.series(),
            audience=Audience.EVERYONE,
        )

    def own_draft(self) -> Article:
        """A draft with the person's own name over it; with nobody there, a draft of somebody's."""
        return make.draft(authors=[make.author(account=self.person)])

    def other_draft(self) -> Article:
        return make.draft(authors=[make.author(account=make.staff(Role.WRITER))])

    def tag(self) -> Tag:
        return self.article.tags.get()


Arguments = Callable[[World], tuple[Any, ...]]


@dataclass(frozen=True)
class Rule:
    """Who may GET (and HEAD) an address, and who may POST to it; ``None``: nobody, it answers 405."""

    get: frozenset[str] = EVERYBODY
    post: frozenset[str] | None = None
    arguments: Arguments = lambda world: ()
    about: str = ""
    query: str = ""
    shows_articles: bool = False
    data: dict[str, str] = field(default_factory=dict)


def _articles_page(arguments: Arguments = lambda world: (), **more: Any) -> Rule:
    return Rule(arguments=arguments, shows_articles=True, **more)


WRONG_SECRET = Rule(get=NOBODY, post=NOBODY, arguments=lambda world: ("x" * 43,), about="a wrong secret")


def _by_own_address(arguments: Arguments) -> list[Rule]:
    """What a program fetches by its reader's address, whoever is signed in beside it."""
    return [
        Rule(arguments=lambda world: (_feed_token(), *arguments(world)), about="its own secret"),
        Rule(get=NOBODY, arguments=lambda world: ("x" * 60, *arguments(world)), about="a wrong secret"),
    ]


PUBLIC: dict[str, list[Rule]] = {
    "articles:front": [_articles_page()],
    "articles:article": [
        _articles_page(lambda world: (world.article.section.slug, world.article.slug), about="published"),
    ],
    "articles:section": [_articles_page(lambda world: (world.article.section.slug,))],
    "articles:series": [_articles_page(lambda world: (world.article.series.slug,))],
    "articles:tag": [_articles_page(lambda world: (world.tag().slug,))],
    "articles:tags": [Rule()],
    "articles:author": [_articles_page(lambda world: (world.article.bylines.get().author.slug,))],
    "articles:authors": [Rule()],
    "articles:issue": [
        _articles_page(lambda world: (lambda issue: (issue.volume, issue.number))(world.article.issue))
    ],
    "articles:volume": [_articles_page(lambda world: (_volume_that_is_complete(world),))],
    "articles:issues": [Rule(arguments=lambda world: (world.article, ())[1])],
    "articles:archive": [_articles_page()],
    "articles:archive_year": [_articles_page(lambda world: (world.article.published_at.year,))],
    "articles:archive_month": [
        _articles_page(
            lambda world: (lambda at: (at.year, at.month))(timezone.localtime(world.article.published_at))
        )
    ],
    "articles:search": [_articles_page(query="?q=harbour")],
    "articles:feed": [_articles_page()],
    "articles:section_feed": [_articles_page(lambda world: (world.article.section.slug,))],
    "articles:author_feed": [_articles_page(lambda world: (world.article.bylines.get().author.slug,))],
    "articles:sitemap": [_articles_page()],
    "articles:robots": [Rule()],
    # What a gift link opens on which device: tests/articles/test_giving.py.
    "articles:given": [
        Rule(
            post=EVERYBODY,
            arguments=lambda world: (_gift_link().key,),
            shows_articles=True,
            about="a link's own",
        ),
        Rule(get=NOBODY, post=NOBODY, arguments=lambda world: ("x" * 22,), about="a wrong secret"),
    ],
    # The secret address of a preview is a right of its own; tests/desk/test_previews.py is about it.
    "articles:preview": [Rule(get=NOBODY, arguments=lambda world: ("x" * 43,), about="a wrong secret")],
    # Everybody may ask; whoever may not have past issues is answered the same to every question.
    "editions:search": [_articles_page(query="?q=harbour")],
    "editions:download": [
        Rule(
            get=STAFF | {SUBSCRIBER},
            arguments=lambda world: _file_of(world.article.issue),
            shows_articles=True,
            about="the current issue",
        ),
        Rule(
            get=STAFF | {SUBSCRIBER},
            arguments=lambda world: _file_of(
                make.issue(released_at=timezone.now() - timedelta(days=90)), before=make.issue()
            ),
            about="a past issue",
        ),
        Rule(
            get=EDITORS,
            arguments=lambda world: _file_of(make.issue(released_at=None)),
            about="before its day",
        ),
        Rule(
            get=EDITORS,
            arguments=lambda world: _file_of(make.issue(), Format.PRESS),
            about="the printer's",
        ),
    ],
    # Secret addresses are rights of their own: tests/editions/test_opds.py and test_lending.py.
    "editions:signed": [Rule(get=NOBODY, arguments=lambda world: ("x.y.z", "halyard-1-1.epub"))],
    "editions:catalogue": [
        Rule(arguments=lambda world: (_feed_token(),), about="its own secret"),
        Rule(get=NOBODY, arguments=lambda world: ("x" * 60,), about="a wrong secret"),
    ],
    "editions:lent": [
        Rule(arguments=lambda world: (_lent(make.issue()),), about="its own secret"),
        Rule(get=NOBODY, arguments=lambda world: ("x" * 43,), about="a wrong secret"),
    ],
    "editions:lent_file": [
        Rule(arguments=lambda world: _lent_file(make.issue()), about="its own secret"),
        Rule(get=NOBODY, arguments=lambda world: ("x" * 43, "halyard-1-1.epub"), about="a wrong secret"),
    ],
    "audio:file": [
        Rule(
            arguments=lambda world: (narrated(world.article).key, "mp3"),
            shows_articles=True,
            about="an open piece",
        ),
        Rule(
            get=STAFF | {SUBSCRIBER},
            arguments=lambda world: (_narration_for_subscribers(), "opus"),
            about="for subscribers",
        ),
        Rule(
            get=EDITORS,
            arguments=lambda world: (narrated(make.draft()).key, "mp3"),
            about="not public",
        ),
    ],
    "audio:issue": [
        _articles_page(lambda world: (lambda issue: (issue.volume, issue.number))(world.article.issue))
    ],
    "audio:feed": [_articles_page()],
    "audio:transcript": [
        Rule(
            arguments=lambda world: (narrated(world.article).key,), shows_articles=True, about="an open piece"
        ),
        Rule(get=STAFF | {SUBSCRIBER}, arguments=lambda world: (_narration_for_subscribers(),)),
    ],
    "audio:chapters": [
        Rule(
            arguments=lambda world: (narrated(world.article).key,), shows_articles=True, about="an open piece"
        ),
        Rule(get=STAFF | {SUBSCRIBER}, arguments=lambda world: (_narration_for_subscribers(),)),
    ],
    # What is behind a reader's own address is asked of that reader: tests/audio/test_feeds.py.
    "audio:own_feed": _by_own_address(lambda world: ()),
    "audio:own_issue_feed": _by_own_address(
        lambda world: (world.article.issue.volume, world.article.issue.number)
    ),
    "audio:own_file": _by_own_address(lambda world: (narrated(world.article).key,)),
    "audio:own_transcript": _by_own_address(lambda world: (narrated(world.article).key,)),
    "audio:own_chapters": _by_own_address(lambda world: (narrated(world.article).key,)),
    "picture_file": [Rule(get=NOBODY, arguments=lambda world: ("originals/a.jpg",), about="an original")],
    "health": [Rule()],
}


def _file_of(issue: Any, form: Format = Format.PDF, *, before: Any = None) -> tuple[int, int, str]:
    """Where a file of ``issue`` is fetched; ``before`` is an issue that came after it."""
    shelved(issue, form)
    return issue.volume, issue.number, file_name(issue, form)


def _feed_token() -> str:
    reader = make.reader()
    FeedAddress.objects.create(reader=reader)
    return feed_token(reader)


def _narration_for_subscribers() -> str:
    return narrated(make.article(audience=Audience.SUBSCRIBERS)).key


def _lend(issue: Any) -> Any:
    return lending.lend(issue, note="A critic", days=7, by=make.staff(Role.EDITOR))


def _guest_link() -> Any:
    return _lend(make.issue())[0]


def _lent(issue: Any) -> str:
    return _lend(issue)[1]


def _lent_file(issue: Any) -> tuple[str, str]:
    return _lent(issue), file_name(shelved(issue).issue, Format.PDF)


def _about_an_order(get: frozenset[str], post: frozenset[str] | None = None) -> list[Rule]:
    """One's own order, and somebody else's, which nobody finds."""
    return [
        Rule(get, post, arguments=lambda world: (_order_of(world.person).number,), about="one's own"),
        Rule(
            get=NOBODY,
            post=None if post is None else NOBODY,
            arguments=lambda world: (world.ordered.number,),
            about="somebody else's",
        ),
    ]


def _own_gift(get: frozenset[str], post: frozenset[str] | None = None) -> list[Rule]:
    """A gift that one gave, paid; and somebody else's, which nobody finds."""
    return [
        Rule(
            get, post, arguments=lambda world: (gifted.paid(by=world.person).order.number,), about="one's own"
        ),
        Rule(
            get=NOBODY,
            post=None if post is None else NOBODY,
            arguments=lambda world: (gifted.paid().order.number,),
            about="somebody else's",
        ),
    ]


def _kept_gift(by: User | None) -> Any:
    reader = by or make.reader()
    gift = gifted.paid()
    if redeeming.ways_for(gift, reader).ways[0] == redeeming.Way.BEGIN:
        return redeeming.redeem(gift, reader, way=redeeming.Way.BEGIN)
    return redeeming.redeem(gift, reader, way=redeeming.Way.KEEP)


def _seat() -> Any:
    group = gifted.group()
    return groups.give(group, "ida@harbour.example", by=make.staff())


def _gift_link() -> Any:
    piece = make.article(audience=Audience.SUBSCRIBERS)
    return links.make(make.reader(entitled=True), giving.name_of(piece))


def _sharing_rules() -> Any:
    return SharingRules.objects.get_or_create(pk=1)[0]


def _piece_for_subscribers() -> tuple[str, str]:
    piece = make.article(audience=Audience.SUBSCRIBERS)
    return piece.section.slug, piece.slug


READERS_OWN: dict[str, list[Rule]] = {
    # Whoever may read it by right gives it away; others are sent back to it.
    "articles:give": [
        Rule(
            get=STAFF | {SUBSCRIBER},
            post=STAFF | {SUBSCRIBER},
            arguments=lambda world: _piece_for_subscribers(),
        )
    ],
    "articles:open_metered": [
        Rule(get=NOBODY, post=SIGNED_IN, arguments=lambda world: _piece_for_subscribers())
    ],
    "subscriptions:tell_me": [Rule(get=NOBODY, post=SIGNED_IN)],
    "subscriptions:take_back": [
        Rule(get=NOBODY, post=NOBODY, arguments=lambda world: (_gift_link().pk,), about="somebody else's")
    ],
    "subscriptions:gifts": [Rule(arguments=lambda world: (make.plan(), ())[1])],
    "subscriptions:gift_buy": [
        Rule(get=SIGNED_IN, post=SIGNED_IN, arguments=lambda world: (make.plan().slug,))
    ],
    "subscriptions:redeem": [Rule(post=EVERYBODY)],
    "subscriptions:redeem_code": [
        Rule(post=EVERYBODY, arguments=lambda world: (gifted.paid().code,), about="a good code"),
        Rule(get=NOBODY, post=NOBODY, arguments=lambda world: ("AAAA-AAAA-AAAA",), about="no code of ours"),
    ],
    "subscriptions:gift": _own_gift(SIGNED_IN),
    "subscriptions:gift_card": _own_gift(SIGNED_IN),
    "subscriptions:gift_card_pdf": _own_gift(SIGNED_IN),
    "subscriptions:gift_withdraw": _own_gift(NOBODY, SIGNED_IN),
    "subscriptions:gift_refund": _own_gift(SIGNED_IN, SIGNED_IN),
    "subscriptions:gift_use": [
        Rule(
            SIGNED_IN,
            SIGNED_IN,
            arguments=lambda world: (_kept_gift(world.person).pk,),
            about="one's own",
        ),
        Rule(NOBODY, NOBODY, arguments=lambda world: (_kept_gift(None).pk,), about="somebody else's"),
    ],
    "subscriptions:seats": [
        Rule(
            SIGNED_IN,
            SIGNED_IN,
            arguments=lambda world: (gifted.group(contact=world.person).pk,),
            about="as its contact",
        ),
        Rule(NOBODY, NOBODY, arguments=lambda world: (gifted.group().pk,), about="somebody else's group"),
    ],
    "subscriptions:seat_end": [
        Rule(NOBODY, NOBODY, arguments=lambda world: (_seat().pk,), about="of somebody else's group")
    ],
    "subscriptions:join": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "subscriptions:plans": [Rule(arguments=lambda world: (make.plan(), ())[1])],
    "subscriptions:checkout": [
        Rule(get=SIGNED_IN, post=SIGNED_IN, arguments=lambda world: (make.plan().slug,)),
    ],
    "subscriptions:trial": [
        Rule(
            get=SIGNED_IN,
            post=SIGNED_IN,
            arguments=lambda world: (make.offer(kind="trial", trial_days=14) and make.plan().slug,),
        ),
    ],
    "subscriptions:order": _about_an_order(get=ORDERING),
    "subscriptions:pay": _about_an_order(get=NOBODY, post=ORDERING),
    "subscriptions:back": _about_an_order(get=ORDERING),
    "subscriptions:play_bank": _about_an_order(get=NOBODY, post=ORDERING),
    # A message's seal is its right; tests/subscriptions/test_messages.py is about it.
    "subscriptions:messages": [
        Rule(get=NOBODY, post=NOBODY, arguments=lambda world: ("nobody",), about="nobody's"),
    ],
    # The address of the bank's page is a right of its own, as a real one's is.
    "subscriptions:demo_pay": [
        Rule(post=EVERYBODY, arguments=lambda world: (_pay_page(),), about="its own secret"),
        WRONG_SECRET,
    ],
    "subscriptions:demo_portal": [
        Rule(post=EVERYBODY, arguments=lambda world: (_card_page(),), about="its own secret"),
        WRONG_SECRET,
    ],
    # Switched on by a setting; tests/subscriptions/stripe looks at them then.
    "subscriptions:pretend_pay": [Rule(get=NOBODY, arguments=lambda world: ("cs_pretend",))],
    "subscriptions:pretend_cards": [Rule(get=NOBODY, arguments=lambda world: ("bps_pretend",))],
    "subscriptions:account": [Rule(get=SIGNED_IN)],
    # Without a subscription these answer with a way back, not with a refusal.
    **{
        f"subscriptions:{name}": [Rule(get=frozenset({SUBSCRIBER}), post=frozenset({SUBSCRIBER}))]
        for name in (
            "cancel",
            "resume",
            "renew",
            "pause",
            "end_pause",
            "switch",
            "keep",
            "pay_by",
            "take_offer",
            "refund",
        )
    },
    "subscriptions:card": [Rule(get=NOBODY, post=frozenset({SUBSCRIBER}))],
    **{
        f"subscriptions:{name}": [
            Rule(
                get=SIGNED_IN,
                arguments=lambda world: (_paid_by(world.person).reference,),
                about="one's own",
            ),
            Rule(
                get=NOBODY,
                arguments=lambda world: (world.sold.payments.get().reference,),
                about="somebody else's",
            ),
            Rule(
                get=NOBODY,
                arguments=lambda world: (_order_of(world.person).payments.first().reference,),
                about="not paid yet",
            ),
        ]
        for name in ("invoice", "invoice_pdf")
    },
    "audio:list": [Rule(get=SIGNED_IN, shows_articles=True)],
    **{
        f"audio:{name}": [
            Rule(get=NOBODY, post=SIGNED_IN, arguments=lambda world: (world.article.pk,), about="public"),
            Rule(get=NOBODY, post=NOBODY, arguments=lambda world: (make.draft().pk,), about="not public"),
        ]
        for name in ("put_by", "take_off")
    },
    **{
        f"audio:{name}": [Rule(get=NOBODY, post=SIGNED_IN, arguments=lambda world: (world.article.pk,))]
        for name in ("move", "place")
    },
    "subscriptions:feed_address": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "subscriptions:hold": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "subscriptions:hold_end": [
        Rule(
            get=SIGNED_IN,
            post=SIGNED_IN,
            arguments=lambda world: (_on_hold(world.person or make.reader()).pk,),
            about="one's own",
        ),
        Rule(
            get=NOBODY,
            post=NOBODY,
            arguments=lambda world: (_on_hold(make.reader()).pk,),
            about="somebody else's",
        ),
    ],
    "subscriptions:claim": [
        Rule(
            get=SIGNED_IN,
            post=SIGNED_IN,
            arguments=lambda world: (_copy_sent(world.person or make.reader()).code,),
            about="one's own",
        ),
        Rule(
            get=NOBODY,
            post=NOBODY,
            arguments=lambda world: (_copy_sent(make.reader()).code,),
            about="somebody else's",
        ),
    ],
    # Without a plan, or without print, one is led back to the account.
    "subscriptions:print_add": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "subscriptions:print_drop": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "subscriptions:print_keep": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "subscriptions:addresses": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "subscriptions:address_withdraw": [
        Rule(
            get=SIGNED_IN,
            post=SIGNED_IN,
            arguments=lambda world: (_address_of(world.person).pk,),
            about="one's own",
        ),
        Rule(
            get=NOBODY,
            post=NOBODY,
            arguments=lambda world: (_address_of(None).pk,),
            about="somebody else's",
        ),
    ],
    "accounts:data": [Rule(get=SIGNED_IN)],
    "accounts:download": [Rule(get=SIGNED_IN)],
    # Who works here is led back: tests/accounts/test_leaving.py.
    "accounts:erase": [Rule(get=SIGNED_IN - STAFF, post=SIGNED_IN - STAFF)],
    "accounts:erase_code": [Rule(get=NOBODY, post=SIGNED_IN)],
    "accounts:keep": [Rule(get=NOBODY, post=SIGNED_IN)],
    "subscriptions:news": [Rule(get=NOBODY, post=SIGNED_IN)],
    # A letter's link is a right of its own; tests/subscriptions/test_announcing.py is about it.
    "subscriptions:news_by_link": [
        Rule(
            post=EVERYBODY,
            arguments=lambda world: (announced.link_token(make.reader()),),
            about="a letter's own",
        ),
        Rule(get=NOBODY, post=NOBODY, arguments=lambda world: ("x" * 43,), about="a wrong secret"),
    ],
    # A receipt's link is a right of its own; tests/subscriptions/test_guarantee.py is about it.
    "subscriptions:refund_by_link": [
        Rule(
            post=EVERYBODY,
            arguments=lambda world: (guarantee.link_token(world.sold.payments.get()),),
            about="a receipt's own",
        ),
        WRONG_SECRET,
    ],
}


def _volume_that_is_complete(world: World) -> int:
    """A volume with a piece in it, older than the current one."""
    volume = world.article.issue.volume
    make.issue(volume=volume + 1)
    return volume


def _issue_put_to_bed(*, is_out: bool = False) -> Any:
    """A closed issue that lacks nothing; with ``is_out``, released."""
    issue = make.issue(released_at=None, closed_at=timezone.now(), cover=make.picture())
    make.article(issue=issue, published_at=None, lead_picture=make.picture())
    if is_out:
        release.release(issue, by=make.staff(Role.EDITOR))
    return issue


def _order_of(person: User | None) -> Any:
    """An open order of ``person``'s; a subscriber has none, and a stranger gets a stranger's."""
    if person is None or person.subscriptions.exists():
        return make.order()
    return make.order(by=person)


def _address_of(person: User | None) -> Any:
    return make.address(by=person)


def _paid_by(person: User | None) -> Any:
    """A payment of ``person``'s that has come; of a stranger's, somebody's."""
    mine = person.subscriptions.first() if person else None
    return (mine or make.subscription(by=person)).payments.get()


SIGN_IN: dict[str, list[Rule]] = {
    "account_login": [Rule(post=EVERYBODY)],
    "account_signup": [Rule(post=EVERYBODY)],
    "account_logout": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "account_inactive": [Rule()],
    "account_request_login_code": [Rule(post=EVERYBODY)],
    "account_reset_password": [Rule(post=EVERYBODY)],
    "account_password_reset_completed": [Rule()],
    # Reached only in the middle of signing in; without that they send the visitor to its beginning.
    "account_confirm_login_code": [Rule(get=NOBODY, post=NOBODY)],
    "account_confirm_password_reset_code": [Rule(get=NOBODY, post=NOBODY)],
    "account_complete_password_reset": [Rule(get=NOBODY, post=NOBODY)],
    "account_email_verification_sent": [Rule(get=NOBODY, post=NOBODY)],
    "account_reauthenticate": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "account_email": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "account_change_password": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "account_set_password": [Rule(get=SIGNED_IN, post=SIGNED_IN)],
    "desk_login": [Rule(get=STAFF, post=STAFF)],
}


@dataclass(frozen=True)
class Rows:
    """Who may do what with one model's rows at the desk; ``obj`` makes the row that is tried."""

    view: frozenset[str]
    add: frozenset[str]
    change: frozenset[str]
    delete: frozenset[str]
    obj: Callable[[World], Any]
    about: str = ""


# A writer's own draft, and everything that is somebody else's.
ARTICLE_ROWS = [
    Rows(NEWSROOM, NEWSROOM, NEWSROOM, NOBODY, World.own_draft, about="one's own draft"),
    Rows(EDITORS, NEWSROOM, EDITORS, NOBODY, World.other_draft, about="somebody else's draft"),
    Rows(
        EDITORS,
        NEWSROOM,
        EDITORS,
        NOBODY,
        lambda world: make.draft(status=Article.Status.SPIKED),
        about="a spiked piece",
    ),
    Rows(
        EDITORS,
        NEWSROOM,
        NOBODY,
        NOBODY,
        lambda world: make.draft(status=Article.Status.SPIKED, trashed_at=timezone.now()),
        about="a piece in the trash",
    ),
]

DESK_ROWS: dict[str, list[Rows]] = {
    "advertising_creative": [
        Rows(
            EDITORS,
            frozenset({PUBLISHER}),
            frozenset({PUBLISHER}),
            frozenset({PUBLISHER}),
            lambda world: advertised.creative(),
        )
    ],
    "advertising_placement": [
        Rows(
            EDITORS,
            frozenset({PUBLISHER}),
            frozenset({PUBLISHER}),
            frozenset({PUBLISHER}),
            lambda world: advertised.placement(),
        )
    ],
    "articles_article": ARTICLE_ROWS,
    "articles_author": [Rows(NEWSROOM, EDITORS, EDITORS, EDITORS, lambda world: make.author())],
    "articles_issue": [Rows(NEWSROOM, EDITORS, EDITORS, EDITORS, lambda world: make.issue())],
    "articles_picture": [Rows(NEWSROOM, NEWSROOM, EDITORS, EDITORS, lambda world: make.picture())],
    "articles_section": [
        Rows(NEWSROOM, EDITORS, EDITORS, frozenset({PUBLISHER}), lambda world: make.section("Letters")),
    ],
    "articles_series": [Rows(NEWSROOM, EDITORS, EDITORS, EDITORS, lambda world: make.series())],
    "audio_feedalarm": [Rows(SELLERS, NOBODY, NOBODY, NOBODY, lambda world: _feed_alarm())],
    "audio_narration": [
        Rows(
            EDITORS, NOBODY, NOBODY, NOBODY, lambda world: narrated(world.article), about="somebody's piece"
        ),
        Rows(NEWSROOM, NOBODY, NOBODY, NOBODY, lambda world: narrated(world.own_draft()), about="one's own"),
    ],
    "audio_pronunciation": [Rows(EDITORS, EDITORS, EDITORS, EDITORS, lambda world: _pronunciation())],
    "audio_voicechoice": [Rows(EDITORS, EDITORS, EDITORS, EDITORS, lambda world: _voice_choice())],
    "editions_edition": [Rows(EDITORS, NOBODY, NOBODY, NOBODY, lambda world: shelved(make.issue()))],
    "editions_guestlink": [Rows(EDITORS, EDITORS, NOBODY, NOBODY, lambda world: _guest_link())],
    "taggit_tag": [Rows(NEWSROOM, EDITORS, EDITORS, EDITORS, World.tag)],
    "accounts_user": [
        Rows(
            SELLERS,
            frozenset({PUBLISHER}),
            frozenset({PUBLISHER}),
            NOBODY,
            lambda world: make.reader(),
            about="a reader",
        ),
    ],
    "accounts_erasurerequest": [
        Rows(SELLERS, NOBODY, NOBODY, NOBODY, lambda world: _erasure_asked()),
    ],
    "subscriptions_plan": [
        Rows(BOOKS, frozenset({PUBLISHER}), frozenset({PUBLISHER}), NOBODY, lambda world: make.plan())
    ],
    "subscriptions_planversion": [
        Rows(
            BOOKS,
            NOBODY,
            frozenset({PUBLISHER}),
            NOBODY,
            lambda world: make.plan(name="Not sold yet").versions.get(),
            about="not sold yet",
        ),
        Rows(
            BOOKS,
            NOBODY,
            NOBODY,
            NOBODY,
            lambda world: world.sold.plan_version,
            about="sold",
        ),
    ],
    "subscriptions_subscription": [
        Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: world.sold),
    ],
    "subscriptions_offer": [
        Rows(
            BOOKS, frozenset({PUBLISHER}), frozenset({PUBLISHER}), NOBODY, lambda world: _offer_taken().offer
        ),
    ],
    "subscriptions_deliveryzone": [
        Rows(
            BOOKS,
            frozenset({PUBLISHER}),
            frozenset({PUBLISHER}),
            NOBODY,
            lambda world: DeliveryZone.objects.first(),
        ),
    ],
    "subscriptions_offeruse": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _offer_taken())],
    "subscriptions_subscriptionevent": [
        Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: world.ordered.events.get()),
    ],
    "subscriptions_payment": [
        Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: world.ordered.payments.get()),
    ],
    "subscriptions_refund": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _refund())],
    "subscriptions_entitlement": [
        Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: make.reader(entitled=True).entitlements.first()),
    ],
    "subscriptions_promisecheck": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _look_at_a_promise())],
    "subscriptions_label": [
        Rows(SELLERS, NOBODY, NOBODY, NOBODY, lambda world: _copy_sent(world.sold.reader))
    ],
    "subscriptions_labelrun": [
        Rows(SELLERS, NOBODY, NOBODY, NOBODY, lambda world: _copy_sent(world.sold.reader).run)
    ],
    "subscriptions_letter": [
        Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: world.ordered.letters.get()),
    ],
    "subscriptions_providerevent": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _message())],
    "subscriptions_customer": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _customer())],
    "subscriptions_reconciliation": [
        Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: reconciling.reconcile_all()[0])
    ],
    "subscriptions_sharingrules": [
        # There is one row of them, and none is added to it.
        Rows(BOOKS, frozenset({PUBLISHER}), frozenset({PUBLISHER}), NOBODY, lambda world: _sharing_rules()),
    ],
    "subscriptions_gift": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: gifted.paid())],
    "subscriptions_readergroup": [
        Rows(BOOKS, SELLERS, SELLERS, NOBODY, lambda world: gifted.group(), about="one that holds"),
        Rows(
            BOOKS,
            SELLERS,
            NOBODY,
            NOBODY,
            lambda world: gifted.group(ended_at=timezone.now()),
            about="one that has ended",
        ),
    ],
    "subscriptions_seat": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _seat())],
    "subscriptions_giftlink": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _gift_link())],
    "subscriptions_extension": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _extension())],
    "subscriptions_receivedissue": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _received())],
    "subscriptions_segment": [Rows(SELLERS, SELLERS, SELLERS, SELLERS, lambda world: _segment())],
    "subscriptions_bulkdeed": [Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _bulk_deed(world))],
    "subscriptions_approval": [
        Rows(BOOKS, NOBODY, NOBODY, NOBODY, lambda world: _refused(world), about="decided"),
    ],
    "subscriptions_personallook": [
        Rows(frozenset({PUBLISHER}), NOBODY, NOBODY, NOBODY, lambda world: _look(world)),
    ],
    "subscriptions_subscriberimport": [
        Rows(SELLERS, SELLERS, NOBODY, NOBODY, lambda world: _import()),
    ],
    # Tasks that failed are the machine's owner's business, not a role's.
    "django_tasks_database_dbtaskresult": [
        Rows(NOBODY, NOBODY, NOBODY, NOBODY, lambda world: SimpleNamespace(pk=uuid4())),
    ],
}


def _rules_of(model: str, rows: list[Rows]) -> Iterator[tuple[str, list[Rule]]]:
    """Spell out the five pages that Django's admin gives to a model."""
    anybody = frozenset().union(*(one.view for one in rows))
    yield f"admin:{model}_changelist", [Rule(get=anybody, post=anybody)]
    yield f"admin:{model}_add", [Rule(get=rows[0].add, post=rows[0].add)]

    # One function for all pages about the same row, by which it is known that it need be made once.
    arguments = [lambda world, one=one: (one.obj(world).pk,) for one in rows]

    def about_one(page: str, get: str, post: str) -> tuple[str, list[Rule]]:
        rules = [
            Rule(get=getattr(one, get), post=getattr(one, post), arguments=made, about=one.about)
            for one, made in zip(rows, arguments, strict=True)
        ]
        return f"admin:{model}_{page}", rules

    yield about_one("change", "view", "change")
    yield about_one("history", "view", "view")
    yield about_one("delete", "delete", "delete")


def _about_a_draft(get: frozenset[str], post: frozenset[str] | None, *more: Any) -> list[Rule]:
    own = Rule(
        get=get,
        post=post,
        arguments=lambda world: (_revised(world.own_draft()).pk, *more),
        about="one's own draft",
    )
    others = Rule(
        get=get - {WRITER},
        post=None if post is None else post - {WRITER},
        arguments=lambda world: (_revised(world.other_draft()).pk, *more),
        about="somebody else's draft",
    )
    return [own, others]


def _erasure_asked() -> Any:
    return erasure.ask(make.reader(), gives_up=True)


def _feed_alarm() -> Any:
    return FeedAlarm.objects.create(reader=make.reader(), networks=21)


def _pronunciation() -> Any:
    return Pronunciation.objects.get_or_create(word="Tallow", spoken="tal-oh")[0]


def _voice_choice() -> Any:
    return VoiceChoice.objects.get_or_create(language="en", voice="fake")[0]


def _on_hold(reader: Any) -> Any:
    today = timezone.localdate()
    return Hold.objects.create(reader=reader, starts_on=today, ends_on=today)


def _copy_sent(reader: Any) -> Any:
    """A label of an issue that came out two weeks ago."""
    on = timezone.localdate() - timedelta(days=14)
    run, _is_new = LabelRun.objects.get_or_create(
        issue_key="sent", defaults={"issue_name": "No. 1", "issue_on": on, "cutoff_at": timezone.now()}
    )
    number = run.labels.count() + 1
    return Label.objects.get_or_create(
        run=run,
        reader=reader,
        defaults={"number": number, "code": f"1-{number:06d}", "lines": "A", "country": "GB"},
    )[0]


def _to_be_printed() -> str:
    """What an issue to come is known by."""
    on = timezone.localdate() + timedelta(days=40)
    issue = make.issue(volume=70, cover_on=on, released_at=None)
    return f"70/{issue.number}"


def _segment() -> Any:
    author = make.staff(Role.PUBLISHER)
    return Segment.objects.create(
        name=f"Segment {author.pk}", made_by=author, conditions={"state": ["active"]}
    )


def _bulk_deed(world: World) -> Any:
    """A note for all whose plan is paid, on its way."""
    plan = bulk.plan(bulk.Kind.NOTE, {"text": "Ring"}, {"state": ["active"]})
    return bulk.begin(plan, mark=plan.mark, by=make.staff(Role.PUBLISHER), reason="A survey")


def _asked(world: World) -> Any:
    """A sum that a colleague asks a second person about."""
    return Approval.objects.create(
        kind=Approval.Kind.REFUND,
        asked_by=make.staff(Role.PUBLISHER),
        reason="Moved",
        amount_minor=1,
        currency="GBP",
        subscription=world.sold,
        deed={"name": "guarantee", "chosen": {}},
    )


def _refused(world: World) -> Any:
    return approvals.refuse(_asked(world), by=make.staff(Role.PUBLISHER))


def _look(world: World) -> Any:
    return looks.note(make.staff(Role.PUBLISHER), looks.What.PAGE, reader=world.sold.reader)


def _import() -> Any:
    return taking.look_through(
        "old.csv", b"email,plan,paid_until\na@example.org,x,x\n", by=make.staff(Role.PUBLISHER)
    )


def _refund() -> Any:
    """Money that is owed to a reader who claimed the guarantee."""
    subscription = make.subscription()
    plan = guarantee.plan_refund(subscription)
    return refunds.execute(plan, by=subscription.reader).refunds.get()


def _offer_taken() -> Any:
    """Something off the price, and the one who took it."""
    return offers.take(make.offer(), make.subscription())


def _gift(world: World) -> Any:
    """A complimentary right, as staff may end it."""
    today = timezone.localdate()
    granted = entitlements.grant_complimentary(
        make.reader(),
        [Feature.EXCLUSIVE_CONTENT],
        first_on=today,
        last_on=today + timedelta(days=30),
        by=make.staff(Role.SUBSCRIBER_STAFF),
        reason="A prize",
    )
    return granted[0]


def _letter_in_doubt() -> Any:
    """A letter that may have gone out, or not."""
    letter = make.order().letters.get()
    letter.begun_at = timezone.now() - timedelta(hours=1)
    letter.save()
    return letter


def _message() -> Any:
    """What the demonstration's bank told us about nothing."""
    return demo_bank.tell("payment.changed", "H-AAAAAA-1")


def _customer() -> Any:
    """A reader as the demonstration's bank knows them."""
    return Customer.objects.create(
        reader=make.reader(), provider="demo", reference=f"demo-{uuid4().hex}", card="Demo card ·· 4242"
    )


def _pay_page() -> str:
    """The secret of a page on which a card order is paid."""
    order = place_order(make.reader(), make.price(), method="card", provider="demo")
    address = charging.pay_page(order.payments.get(), "http://testserver/account/")
    return address.rstrip("/").rpartition("/")[2]


def _card_page() -> str:
    """The secret of a page on which a card is changed."""
    return charging.portal(_customer(), "http://testserver/account/").rstrip("/").rpartition("/")[2]


def _extension() -> Any:
    """Some days that were added to a subscription."""
    return extensions.extend(make.subscription(), 7, batch="rules", by=None, reason="A late issue")


def _received() -> Any:
    """An issue that came to a subscriber."""
    subscription = make.subscription()
    make.issue(released_at=timezone.now())
    write_down()
    return subscription.received_issues.first()


def _look_at_a_promise() -> Any:
    make.plan()
    return board.check()[0]


def _revised(article: Article) -> Article:
    revisions.record(article, by=None)
    return article


DESK: dict[str, list[Rule]] = {
    name: rules for model, rows in DESK_ROWS.items() for name, rules in _rules_of(model, rows)
} | {
    "admin:index": [Rule(get=STAFF, post=STAFF)],
    "admin:app_list": [Rule(get=NEWSROOM, post=NEWSROOM, arguments=lambda world: ("articles",))],
    # Signing in and out happens on the readers' pages; these send there.
    "admin:login": [Rule(get=STAFF, post=STAFF)],
    "admin:logout": [Rule(get=NOBODY, post=STAFF)],
    "admin:password_change": [Rule(get=STAFF, post=STAFF)],
    "admin:password_change_done": [Rule(get=STAFF)],
    "admin:jsi18n": [Rule(get=STAFF)],
    "admin:search": [Rule(get=STAFF, post=STAFF, query="?s=harbour")],
    "admin:autocomplete": [
        Rule(
            get=NEWSROOM,
            query="?app_label=articles&model_name=byline&field_name=author&term=a",
        )
    ],
    "admin:view_on_site": [
        Rule(get=NOBODY, post=NOBODY, arguments=lambda world: (0, 0)),
    ],
    "admin:articles_article_pick": [Rule(get=NEWSROOM, post=NEWSROOM, query="?q=a")],
    "admin:articles_author_pick": [Rule(get=NEWSROOM, post=NEWSROOM, query="?q=a")],
    "admin:articles_issue_pick": [Rule(get=NEWSROOM, post=NEWSROOM)],
    "admin:articles_issue_planner": [Rule(get=EDITORS, post=EDITORS)],
    "admin:articles_issue_flatplan": [
        Rule(get=EDITORS, post=EDITORS, arguments=lambda world: (make.issue(released_at=None).pk,)),
    ],
    "admin:articles_issue_reschedule": [
        Rule(get=EDITORS, post=EDITORS, arguments=lambda world: (make.issue(released_at=None).pk,)),
    ],
    "admin:articles_picture_pick": [Rule(get=NEWSROOM, post=NEWSROOM)],
    "admin:articles_picture_take": [Rule(get=NOBODY, post=NEWSROOM)],
    "admin:taggit_tag_pick": [Rule(get=NEWSROOM, post=NEWSROOM, query="?q=a")],
    "admin:articles_issue_put_to_bed": [
        Rule(get=EDITORS, post=EDITORS, arguments=lambda world: (_issue_put_to_bed().pk,)),
    ],
    "admin:articles_issue_step": [
        Rule(get=NOBODY, post=EDITORS, arguments=lambda world: (_issue_put_to_bed().pk, "reopen")),
    ],
    "admin:articles_issue_roll_back": [
        Rule(get=EDITORS, post=EDITORS, arguments=lambda world: (_issue_put_to_bed(is_out=True).pk,)),
    ],
    "admin:articles_article_move": [
        *_about_a_draft(NEWSROOM, NEWSROOM, "submit"),
        Rule(
            get=EDITORS,
            post=EDITORS,
            arguments=lambda world: (world.own_draft().pk, "publish"),
            about="publishing one's own",
        ),
    ],
    "admin:articles_article_restore": _about_a_draft(NOBODY, NEWSROOM, 1),
    "admin:articles_article_preview": _about_a_draft(NOBODY, NEWSROOM),
    "admin:advertising_creative_preview": [
        Rule(get=EDITORS, arguments=lambda world: (advertised.creative().pk,))
    ],
    "admin:advertising_placement_schedule": [Rule(get=EDITORS)],
    "admin:audio_coverage": [Rule(get=EDITORS)],
    "admin:audio_coverage_ask": [Rule(get=NOBODY, post=EDITORS)],
    "admin:audio_piece": _about_a_draft(NEWSROOM, None),
    "admin:audio_piece_act": _about_a_draft(NOBODY, EDITORS, "word"),
    # They answer with a sound, or say that nothing was typed.
    "admin:audio_pronunciation_hear": [Rule(get=NOBODY, post=EDITORS)],
    "admin:audio_voicechoice_hear": [Rule(get=NOBODY, post=EDITORS)],
    "admin:editions_edition_bring": [Rule(get=EDITORS, post=EDITORS)],
    "admin:editions_edition_make_anew": [
        Rule(get=EDITORS, post=EDITORS, arguments=lambda world: (shelved(make.issue()).pk,))
    ],
    "admin:editions_guestlink_withdraw": [
        Rule(get=EDITORS, post=EDITORS, arguments=lambda world: (_guest_link().pk,))
    ],
    "admin:accounts_erase": [
        Rule(
            get=frozenset({PUBLISHER}),
            post=frozenset({PUBLISHER}),
            arguments=lambda world: (world.sold.reader.pk,),
        )
    ],
    "admin:subscriptions_subscribers": [Rule(get=BOOKS, query="?q=a")],
    "admin:subscriptions_leave_note": [
        Rule(get=NOBODY, post=SELLERS, arguments=lambda world: (world.sold.reader.pk,))
    ],
    "admin:subscriptions_say_address": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (world.sold.reader.pk,))
    ],
    "admin:subscriptions_hold_copies": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (world.sold.reader.pk,))
    ],
    "admin:subscriptions_end_hold": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_on_hold(world.sold.reader).pk,))
    ],
    "admin:subscriptions_claim_copy": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_copy_sent(world.sold.reader).pk,))
    ],
    "admin:subscriptions_segment_people": [Rule(get=SELLERS, arguments=lambda world: (_segment().pk,))],
    "admin:subscriptions_segment_export": [Rule(get=SELLERS, arguments=lambda world: (_segment().pk,))],
    "admin:subscriptions_bulkdeed_act": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world, kind=kind: (_segment().pk, kind), about=kind)
        for kind in ("extend", "grant", "note")
    ],
    "admin:subscriptions_bulkdeed_undo": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_bulk_deed(world).pk,))
    ],
    "admin:subscriptions_approval_decide": [
        Rule(get=BOOKS, post=BOOKS, arguments=lambda world: (_asked(world).pk,))
    ],
    "admin:subscriptions_subscriberimport_template": [Rule(get=SELLERS)],
    "admin:subscriptions_subscriberimport_report": [
        Rule(get=SELLERS, arguments=lambda world: (_import().pk,))
    ],
    "admin:subscriptions_subscriberimport_take": [
        Rule(get=NOBODY, post=SELLERS, arguments=lambda world: (_import().pk,))
    ],
    "admin:subscriptions_new_address": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (world.sold.reader.pk,))
    ],
    "admin:subscriptions_subscriber": [Rule(get=BOOKS, arguments=lambda world: (world.sold.reader.pk,))],
    "admin:subscriptions_subscription_act": [
        Rule(
            get=SELLERS,
            post=SELLERS,
            arguments=lambda world, name=name: (world.sold.pk, name),
            about=name,
        )
        for name in ("cancel", "guarantee", "give-back", "extend", "switch", "pause")
    ],
    "admin:subscriptions_payment_confirm": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (world.ordered.payments.get().pk,))
    ],
    "admin:subscriptions_providerevent_apply_again": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_message().pk,))
    ],
    "admin:subscriptions_labelrun_issue": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_to_be_printed(),))
    ],
    "admin:subscriptions_labelrun_look": [Rule(get=SELLERS, arguments=lambda world: (_to_be_printed(),))],
    **{
        f"admin:subscriptions_labelrun_{name}": [
            Rule(get=NOBODY, post=SELLERS, arguments=lambda world: (_to_be_printed(),))
        ]
        for name in ("freeze", "download")
    },
    **{
        f"admin:subscriptions_label_{name}": [
            Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_copy_sent(world.sold.reader).pk,))
        ]
        for name in ("came_back", "reprint")
    },
    "admin:subscriptions_refund_mark_sent": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_refund().pk,))
    ],
    "admin:subscriptions_plan_new_version": [
        Rule(
            get=frozenset({PUBLISHER}),
            post=frozenset({PUBLISHER}),
            arguments=lambda world: (make.plan().pk,),
        )
    ],
    "admin:subscriptions_figures": [Rule(get=FIGURES)],
    "admin:subscriptions_figures_about": [Rule(get=FIGURES, arguments=lambda world: ("deferred",))],
    "admin:subscriptions_figures_file": [
        Rule(get=FIGURES, arguments=lambda world: ("deferred", "deferred")),
    ],
    "admin:subscriptions_extension_bulk": [Rule(get=SELLERS, post=SELLERS)],
    "admin:subscriptions_planversion_preview": [
        Rule(get=BOOKS, arguments=lambda world: (make.plan().versions.get().pk,))
    ],
    "admin:subscriptions_planversion_announce": [
        Rule(
            get=frozenset({PUBLISHER}),
            post=frozenset({PUBLISHER}),
            arguments=lambda world: (make.plan().versions.get().pk,),
        )
    ],
    "admin:subscriptions_giftlink_take_back": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_gift_link().pk,))
    ],
    "admin:subscriptions_promisecheck_go_live": [
        Rule(
            get=frozenset({PUBLISHER}),
            post=frozenset({PUBLISHER}),
            arguments=lambda world: (Feature.AD_FREE.value,),
            about="planned",
        ),
        Rule(
            get=NOBODY,
            post=NOBODY,
            arguments=lambda world: (Feature.AUDIO.value,),
            about="live already",
        ),
    ],
    "admin:subscriptions_promisecheck_check": [Rule(get=NOBODY, post=SELLERS)],
    "admin:subscriptions_letter_samples": [Rule(get=BOOKS)],
    "admin:subscriptions_letter_sample": [Rule(get=BOOKS, arguments=lambda world: ("receipt",))],
    "admin:subscriptions_letter_send_again": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_letter_in_doubt().pk,))
    ],
    "admin:subscriptions_gift_give_back": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (gifted.paid().pk,))
    ],
    "admin:subscriptions_readergroup_give": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (gifted.group().pk,))
    ],
    "admin:subscriptions_readergroup_end": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (gifted.group().pk,))
    ],
    "admin:subscriptions_seat_take_back": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_seat().pk,))
    ],
    "admin:subscriptions_entitlement_grant": [Rule(get=SELLERS, post=SELLERS)],
    "admin:subscriptions_entitlement_end": [
        Rule(get=SELLERS, post=SELLERS, arguments=lambda world: (_gift(world).pk,))
    ],
    "admin:articles_article_withdraw": _about_a_draft(NOBODY, NEWSROOM),
}

RULES: dict[str, list[Rule]] = PUBLIC | READERS_OWN | SIGN_IN | DESK
