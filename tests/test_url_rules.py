"""Every address does what the table says, for everybody, by every method."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.template import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.url_rules import PEOPLE, PUBLISHER, RULES, Arguments, Rule, World

pytestmark = [pytest.mark.django_db, pytest.mark.wide]

DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
REFUSED = {401, 403, 404}
SIGN_IN = ("/account/login/", "/desk/login/")
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
# What a look may leave behind: the session, the shared cache with its rate limits, from where an address for
# apps was used, and that staff looked at what is personal.
TRACES = ('"django_session"', '"magazine_cache"', '"audio_feedvisit"', '"subscriptions_personallook"')


def url_names(patterns: list[URLPattern | URLResolver], namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from url_names(pattern.url_patterns, inner)
        else:
            yield ":".join([*namespaces, pattern.name or f"(no name) {pattern.pattern}"])


def test_every_address_has_a_rule_and_every_rule_an_address():
    # Django's admin keeps two patterns without a name: an old form of the change page, and a catch-all
    # that answers 404 or sends the visitor to the sign-in page.
    names = {name for name in url_names(get_resolver().url_patterns) if "(no name)" not in name}

    assert names - set(RULES) == set(), "without a rule"
    assert set(RULES) - names == set(), "without an address"


class Visitor:
    """One kind of person, who is signed in once and comes to each address as if to the first."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client = Client(raise_request_exception=False)
        if world.person:
            self.client.force_login(world.person)
        self._cookies = {name: cookie.value for name, cookie in self.client.cookies.items()}

    def visit(self, name: str, rule: Rule, arguments: tuple[Any, ...]) -> "Visit":
        self.client.cookies = SimpleCookie(self._cookies)
        return Visit(self.client, reverse(name, args=arguments) + rule.query)


class Visit:
    """A visitor before one address."""

    def __init__(self, client: Client, url: str) -> None:
        self.client = client
        self.url = url

    def ask(self, method: str) -> HttpResponse:
        return getattr(self.client, method)(self.url)


def is_refused(response: HttpResponse) -> bool:
    if response.status_code in REFUSED:
        return True
    return response.status_code == 302 and response["Location"].startswith(SIGN_IN)


def answered(response: HttpResponse) -> bool:
    return response.status_code < 400 and not is_refused(response)


def refused_or_sent_away(response: HttpResponse) -> bool:
    return is_refused(response) or response.status_code in {302, 405}


def unfilled() -> AbstractContextManager[object]:
    """Leave templates as they are: who may do what is decided before one is filled in."""
    return nullcontext() if DRILL else patch.object(Template, "render", lambda *_: "")


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is written inside, so that one row does not change the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def by_what_they_are_about() -> Iterator[tuple[Arguments, list[tuple[str, Rule]]]]:
    """Put together the rules that are about the same thing, so that it is made once for all of them."""
    together: dict[Arguments, list[tuple[str, Rule]]] = {}
    for name, rules in RULES.items():
        for rule in rules:
            together.setdefault(rule.arguments, []).append((name, rule))
    yield from together.items()


def everything_wrong(kind: str, *judges: Callable[[str, Rule, Visit], Iterator[str]]) -> list[str]:
    """Try every rule as one ``kind`` of person; return a sentence for each answer that is not as stated."""
    world = World(PEOPLE[kind]())
    visitor = Visitor(world)
    found = []
    for arguments, rules in by_what_they_are_about():
        with undone():
            made = arguments(world)
            for name, rule in rules:
                with undone():
                    visit = visitor.visit(name, rule, made)
                    for judge in judges:
                        found += [
                            f"{name} {rule.about}: {complaint}" for complaint in judge(kind, rule, visit)
                        ]
    return found


def lasting(statements: Iterable[str]) -> list[str]:
    """Leave out what was taken back: a page that shows what a deed would do has rehearsed it."""
    kept: list[str] = []
    for sql in statements:
        if sql.startswith("ROLLBACK TO SAVEPOINT"):
            begun = sql.replace("ROLLBACK TO ", "", 1)
            kept = kept[: kept.index(begun)]
        kept.append(sql)
    return kept


def looking(kind: str, rule: Rule, visit: Visit) -> Iterator[str]:
    # A page answers HEAD by the code that answers GET: whoever sees most is enough to see it, and the
    # template has been filled in once.
    methods = {"get": nullcontext, "head": unfilled} if kind == PUBLISHER else {"get": nullcontext}
    for method, pages in methods.items():
        with CaptureQueriesContext(connection) as queries, pages():
            response = visit.ask(method)
        as_stated = answered if kind in rule.get else refused_or_sent_away
        if not as_stated(response):
            yield f"{method} answers {response.status_code}"
        for sql in lasting(query["sql"] for query in queries):
            if sql.startswith(WRITES) and not any(trace in sql for trace in TRACES):
                yield f"{method} writes: {sql}"


def acting(kind: str, rule: Rule, visit: Visit) -> Iterator[str]:
    response = visit.ask("post")
    status = response.status_code
    if rule.post is None:
        as_stated = status == 405 or (kind not in rule.get and is_refused(response))
    elif kind in rule.post:
        as_stated = status < 500 and status != 405 and not is_refused(response)
    else:
        as_stated = refused_or_sent_away(response)
    if not as_stated:
        yield f"post answers {status}"


@pytest.mark.parametrize("kind", PEOPLE)
def test_looking_and_acting_are_for_those_whom_the_table_names_and_looking_changes_nothing(kind):
    # Filling in templates is half of the time this takes, so it is done for whoever sees most; a drill does
    # it for everybody.
    with nullcontext() if kind == PUBLISHER else unfilled():
        assert everything_wrong(kind, looking, acting) == []


def test_no_other_method_is_known_anywhere():
    visitor = Visitor(World(None))
    for name, (rule, *_) in RULES.items():
        visit = visitor.visit(name, rule, rule.arguments(visitor.world))
        for method in ("put", "patch", "delete", "trace"):
            assert visit.ask(method).status_code == 405, f"{method} {name}"
