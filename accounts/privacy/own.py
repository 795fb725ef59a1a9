"""What this room holds about a person: the account itself, the ways to sign in, and who is signed in."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import TOMBSTONES, ErasureRequest, User
from magazine.personal import Chapter, Done, Fate, Holding, Rule, about_nobody, table

HOLDINGS: tuple[Holding, ...] = (
    Holding(
        "accounts.User",
        _("Your account: e-mail address, name, and what you want to hear of"),
        why=_("To know you when you come back."),
        fate=Fate.EMPTIED,
        stays=_("A number without name, address or password, to which the books refer."),
        rule="unproven_accounts",
    ),
    Holding(
        "account.EmailAddress",
        _("The address by which you sign in"),
        why=_("To let nobody else in."),
    ),
    Holding(
        "account.EmailConfirmation",
        _("Letters with which you prove an address"),
        why=_("To let nobody else in."),
        not_exported=_("They hold nothing but a secret."),
    ),
    Holding(
        "sessions.Session",
        _("Where you are signed in"),
        why=_("So that you need not sign in on every page."),
        not_exported=_("A session is a key; it tells nothing about you."),
    ),
    Holding(
        "accounts.ErasureRequest",
        _("That you asked for your account to be erased"),
        why=_("To do it on the day, and to prove that it was done."),
        fate=Fate.KEPT,
        stays=_(
            "When it was asked and done, and how many rows it was about. Where the law wants invoices to "
            "name who paid, your name and address for those years, and nothing else is done with them."
        ),
        rule="names_on_invoices",
    ),
    Holding(
        "admin.LogEntry",
        _("What our people changed at the desk, where your name stood over it"),
        why=_("So that it can be answered for."),
        fate=Fate.EMPTIED,
        stays=_("Who changed what kind of thing, and when; your name goes."),
        rule="desk_log",
        not_exported=_("It is about the work of the house; what was done for you stands in your story."),
    ),
    *(
        Holding(
            model,
            what,
            why=_("To open the desk to those who work there."),
            not_exported=_("It is about the work of the house, not about its readers."),
        )
        for model, what in (
            ("accounts.User_groups", _("Which role you have at the desk, if you work here")),
            ("accounts.User_user_permissions", _("What else you may do at the desk, if you work here")),
        )
    ),
    *about_nobody(
        "auth.Permission", "auth.Group", "auth.Group_permissions", what=_("The roles of the desk.")
    ),
    *about_nobody("contenttypes.ContentType", what=_("Which tables there are.")),
    *about_nobody("taggit.Tag", "taggit.TaggedItem"),
    *about_nobody(
        "django_tasks_database.DBTaskResult",
        what=_("What the worker is to do and has done: by numbers alone; swept after two weeks."),
    ),
)


def export(reader: Any) -> Iterator[Chapter]:
    """Yield the account and how it is signed in to."""
    me = User.objects.filter(pk=reader.pk)
    yield table("accounts.User", me, "email", "name", "joined_at", "last_login", "wants_news")
    addresses = EmailAddress.objects.filter(user=reader.pk)
    yield table("account.EmailAddress", addresses, "email", "verified", "primary")
    asked = ErasureRequest.objects.filter(reader=reader.pk)
    yield table("accounts.ErasureRequest", asked, "asked_at", "due_on", "called_off_at")


def erase(reader: Any, at: datetime) -> Iterator[Done]:
    """Leave of ``reader`` a number that nobody can sign in as. Runs after every other room."""
    person = User.objects.get(pk=reader.pk)
    yield Done("admin.LogEntry", _forget_in_the_desks_log(person))
    yield _gone(person.groups.through.objects.filter(user_id=person.pk))
    yield _gone(person.user_permissions.through.objects.filter(user_id=person.pk))
    _all, by_model = EmailAddress.objects.filter(user=person).delete()
    for model in ("account.EmailAddress", "account.EmailConfirmation"):
        yield Done(model, by_model.get(model, 0))
    person.email = f"{person.pk}@{TOMBSTONES}"
    person.name = ""
    person.is_active = person.is_staff = person.is_superuser = person.wants_news = False
    person.last_login = None
    person.set_unusable_password()
    person.save()
    yield Done("accounts.User", 1)
    yield Done("accounts.ErasureRequest", ErasureRequest.objects.filter(reader=person).count())


def _forget_in_the_desks_log(person: User) -> int:
    about = Q(content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk))
    about |= Q(object_repr__icontains=person.email) | Q(change_message__icontains=person.email)
    if person.name:
        about |= Q(object_repr__icontains=person.name) | Q(change_message__icontains=person.name)
    return LogEntry.objects.filter(about).update(object_repr="", change_message="")


def sign_out(people: Collection[int]) -> int:
    """Delete every session of ``people`` (their keys); return how many. Looks at all that have not ended."""
    keys = {str(key) for key in people}
    theirs = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=1000)
        if session.get_decoded().get(SESSION_KEY) in keys
    ]
    return Session.objects.filter(session_key__in=theirs).delete()[0]


def _gone(rows: Any) -> Done:
    count, _by_model = rows.delete()
    return Done(rows.model._meta.label, count)


# -- What is forgotten by itself -------------------------------------------------


def unproven_accounts(before: datetime) -> int:
    """Delete accounts of before whose address nobody ever proved; return how many.

    Whoever has anything here (an order, a seat) is left, and so is whoever works here.
    """
    gone = 0
    nobody = User.objects.filter(joined_at__lt=before, last_login=None, is_staff=False)
    for person in nobody.exclude(emailaddress__verified=True).exclude(email__endswith=f"@{TOMBSTONES}"):
        try:
            with transaction.atomic():
                person.delete()
        except ProtectedError:
            continue
        gone += 1
    return gone


def names_on_invoices(before: datetime) -> int:
    """Empty the names that were kept for invoices until before."""
    over = ErasureRequest.objects.filter(kept_until_on__lt=timezone.localdate(before)).exclude(kept_email="")
    return over.update(kept_name="", kept_email="")


def desk_log(before: datetime) -> int:
    """Delete what was changed at the desk before."""
    return LogEntry.objects.filter(action_time__lt=before).delete()[0]


RULES: tuple[Rule, ...] = (
    Rule(
        "unproven_accounts",
        _("Accounts whose address nobody proved"),
        unproven_accounts,
        least=2,
        most=365,
        why=_("The letter with the code may have to be asked for again."),
    ),
    Rule(
        "names_on_invoices",
        _("Names on invoices of erased accounts, after the years of the law"),
        names_on_invoices,
        least=0,
        most=365,
        why=_("The law’s years are over: see MAGAZINE_PRIVACY_INVOICE_YEARS."),
    ),
    Rule(
        "desk_log",
        _("What was changed at the desk, and by whom"),
        desk_log,
        least=90,
        most=3660,
        why=_("So that it can be answered for."),
    ),
)
