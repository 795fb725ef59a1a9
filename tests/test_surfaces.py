"""Phrases planted in withheld text reach nobody who may not read them, on any registered surface.

What is a file is opened: its words are looked through like those of a page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from urllib.parse import parse_qs, quote_plus, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.roles import Role
from articles import giving, surfaces
from articles.models import Article
from audio.addresses import files_with
from editions.addresses import download_address
from editions.models import Format
from magazine import vault
from subscriptions.access import Audience
from subscriptions.models import GiftLink, SharingRules
from subscriptions.sharing import links
from tests import make
from tests.audio.fakes import narrated
from tests.editions.fakes import hand_press, work
from tests.editions.pdfs import brought
from tests.url_rules import RULES
from tests.words import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

FREE = "zebrafinch"
WITHHELD = ["quaggawort", "quaggacaption", "quagganote", "quaggapull", "quaggacell"]
HIDDEN = ["dodohead", "dodobody"]

BODY = f"""
<p>The free {FREE} opens.</p>
<hr data-paywall>
<p>The paid {WITHHELD[0]} follows<sup class="fn" data-note="A {WITHHELD[2]} below."></sup>.</p>
<figure data-image="{{picture}}"><figcaption>A {WITHHELD[1]}.</figcaption></figure>
<aside class="pullquote"><p>A {WITHHELD[3]} shouted.</p></aside>
<table><tbody><tr><td>{WITHHELD[4]}</td></tr></tbody></table>
"""


@dataclass
class World:
    """A magazine with a piece for each audience and some that are not public."""

    public: dict[str, Article]
    hidden: list[Article]


@pytest.fixture(scope="module")
def made(once) -> World:
    """The world, made once: it is most of what a test of it costs."""
    body = BODY.format(picture=make.picture().pk)
    # With one in the next volume, theirs is complete and has an index.
    make.issue(volume=2)
    # Issues that came as files have the same words on their pages.
    brought(make.issue(), " ".join(WITHHELD))
    brought(make.issue(released_at=None), " ".join(HIDDEN))
    shared = {
        "authors": [make.author("Tobias Wren", biography="Writes.")],
        "tags": ["Harbours"],
        "issue": make.issue(),
        "series": make.series(),
    }
    public = {
        audience: make.article(audience=audience, body=body, headline=f"For {audience}", **shared)
        for audience in Audience
    }
    soon = timezone.now() + timedelta(days=1)
    unseen = {"headline": HIDDEN[0], "body": f"<p>{HIDDEN[1]}</p>", "audience": Audience.EVERYONE, **shared}
    hidden = [
        make.draft(**unseen),
        make.draft(status=Article.Status.SPIKED, **unseen),
        make.article(published_at=soon, **unseen),
        make.article(embargo_until=soon, **unseen),
    ]
    # Every other piece points at the hidden ones, as related and in its words.
    for article in public.values():
        article.related_articles.create(related=hidden[0])
        article.body = f'<p><a data-article="{hidden[2].pk}">see</a></p>' + article.body
        article.save()
    # Recordings say all of it; their files and transcripts show it.
    for article in public.values():
        read_aloud(article, [FREE, *WITHHELD])
    for article in hidden:
        read_aloud(article, HIDDEN)
    # Every piece was given away, by links in every state.
    for article in [*public.values(), *hidden]:
        gift_links_to(article)
    with hand_press():
        work()
    return World(public, hidden)


@pytest.fixture
def world(made) -> Iterator[World]:
    """The world as it was made, whatever another test did to it."""
    fresh = Article.objects.in_bulk()
    with hand_press():
        yield World(
            {audience: fresh[article.pk] for audience, article in made.public.items()},
            [fresh[article.pk] for article in made.hidden],
        )


def gift_links_to(article: Article) -> None:
    """Links to ``article`` that were not opened, are used up, over and taken back."""
    giver = make.reader(entitled=True)
    SharingRules(pk=1, links_a_month=99, link_devices=1).save()
    _, used_up, over, taken_back = (links.make(giver, giving.name_of(article)) for _ in range(4))
    links.open_on(used_up, links.new_device())
    GiftLink.objects.filter(pk=over.pk).update(expires_at=timezone.now())
    links.revoke(taken_back)


def read_aloud(article: Article, words: list[str]) -> None:
    """Give ``article`` a recording of ``words``, which are read in its files."""
    spoken = {name: vault.store("audio", " ".join(words).encode(), name)[0] for name in ("mp3", "opus")}
    narrated(article, texts=words, **spoken)


READERS = {
    "stranger": lambda: None,
    "registered": lambda: make.reader(),
    "lapsed": lambda: make.reader(entitled_until=timezone.now() - timedelta(seconds=1)),
    "subscriber": lambda: make.reader(entitled=True),
    "editor": lambda: make.staff(Role.EDITOR),
}
MAY_READ = {
    "stranger": {Audience.EVERYONE},
    "registered": {Audience.EVERYONE, Audience.REGISTERED},
    "lapsed": {Audience.EVERYONE, Audience.REGISTERED},
    "subscriber": set(Audience),
    "editor": set(Audience),
}


# Where those who make the magazine meet a piece before its day.
FOR_ITS_MAKERS = {"articles:article", "audio:file", "audio:transcript", "audio:chapters"}


def as_reader(kind: str) -> Client:
    client = Client()
    if person := READERS[kind]():
        client.force_login(person)
    return client


def everybody() -> Iterator[tuple[str, Client]]:
    """Every kind of reader in the one world, which is most of what a test of them costs."""
    for kind in READERS:
        yield kind, as_reader(kind)


@pytest.mark.parametrize("audience", [Audience.REGISTERED, Audience.SUBSCRIBERS])
def test_withheld_words_reach_only_those_who_may_read_them(world, audience):
    """One piece of ``audience`` stands alone, so a phrase can have come from nowhere else."""
    article = world.public[audience]
    for other in set(world.public) - {audience}:
        world.public[other].delete()
    work()

    for kind, client in everybody():
        if audience in MAY_READ[kind]:
            continue
        for surface in surfaces.registered():
            for address in surface.addresses(article):
                text = shown(client.get(address), address)
                leaked = [phrase for phrase in WITHHELD if phrase in text]
                assert not leaked, f"{address} shows {leaked} to a {kind}"


def test_those_who_may_read_get_every_planted_phrase_on_the_page(world):
    for kind, client in everybody():
        for audience in MAY_READ[kind]:
            text = words_of(client.get(world.public[audience].get_absolute_url()))
            assert not [phrase for phrase in [FREE, *WITHHELD] if phrase not in text], (kind, audience)


def test_the_files_of_an_issue_are_whole_and_for_those_alone_who_may_read_all_of_it(world):
    issue = world.public[Audience.EVERYONE].issue
    # These pictures have no file, and are left out of a book with their captions.
    printed = [phrase for phrase in [FREE, *WITHHELD] if phrase != "quaggacaption"]
    for (kind, client), form in product(everybody(), (Format.EPUB, Format.PDF)):
        response = client.get(download_address(issue, form))
        words = words_of(response)
        reached = [phrase for phrase in printed if phrase in words]
        if MAY_READ[kind] == set(Audience):
            assert reached == printed, (form, kind)
        else:
            assert (response.status_code, reached) == (403, []), (form, kind)


def test_the_free_opening_reaches_everybody(world):
    for (kind, client), article in product(everybody(), world.public.values()):
        assert FREE in words_of(client.get(article.get_absolute_url())), (kind, article)


def test_transcripts_are_whole_and_for_those_alone_who_may_hear_the_piece(world):
    for (kind, client), (audience, article) in product(everybody(), world.public.items()):
        words = words_of(client.get(f"/audio/{article.narration.key}.vtt"))
        reached = [phrase for phrase in WITHHELD if phrase in words]
        assert reached == (WITHHELD if audience in MAY_READ[kind] else []), (audience, kind)


def test_a_recording_is_heard_by_those_alone_who_may_read_all_of_it(world):
    for (kind, client), (audience, article) in product(everybody(), world.public.items()):
        for address in files_with(article):
            response = client.get(address, headers={"Range": "bytes=0-99999"})
            reached = WITHHELD[0] in words_of(response)
            heard = (206, True) if audience in MAY_READ[kind] else (403, False)
            assert (response.status_code, reached) == heard, (audience, kind)


def test_what_is_not_public_is_on_no_surface(world):
    for kind, client in everybody():
        seen: set[str] = set()
        for article, surface in product(
            [world.public[Audience.EVERYONE], *world.hidden], surfaces.registered()
        ):
            for address in set(surface.addresses(article)) - seen:
                seen.add(address)
                text = shown(client.get(address), address)
                if kind == "editor" and surface.url_name in FOR_ITS_MAKERS and article in world.hidden:
                    continue
                assert not [phrase for phrase in HIDDEN if phrase in text], f"{address} as {kind}"


@pytest.mark.parametrize("method", ["head", "options"])
@pytest.mark.parametrize(
    "header", [{}, {"HTTP_RANGE": "bytes=0-99999"}, {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"}]
)
def test_other_methods_and_headers_get_no_more_than_a_get(world, method, header):
    article = world.public[Audience.SUBSCRIBERS]

    response = getattr(Client(), method)(article.get_absolute_url(), **header)

    assert not [phrase for phrase in WITHHELD if phrase in words_of(response)]


def test_what_depended_on_the_reader_is_never_kept_by_a_cache(world):
    for kind, client in everybody():
        for surface in surfaces.registered():
            for address in surface.addresses(world.public[Audience.SUBSCRIBERS]):
                cache_control = client.get(address)["Cache-Control"]
                if kind != "stranger":
                    assert cache_control == "private, no-store", f"{address} as {kind}: {cache_control}"


def test_every_address_that_shows_words_is_registered_and_every_other_says_that_it_does_not():
    shows_words = {name for name, rules in RULES.items() if any(rule.shows_articles for rule in rules)}
    entered = {surface.url_name for surface in surfaces.registered()}

    assert shows_words == entered


def shown(response, address: str) -> str:
    """The text of an answer without the visitor's own question, which the search page says back."""
    assert response.status_code != 429, f"{address} was asked too often to say anything"
    query = parse_qs(urlsplit(address).query).get("q", [""])[0]
    text = words_of(response)
    return text.replace(escape(query), "").replace(quote_plus(query), "") if query else text
