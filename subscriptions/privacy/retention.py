"""What this room forgets by itself. Every rule may be run twice, and none touches what is still needed."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from magazine.personal import Rule
from subscriptions import terms
from subscriptions.models import (
    Address,
    Gift,
    GiftLink,
    ImportRow,
    Label,
    Letter,
    MeteredPiece,
    PersonalLook,
    ProviderEvent,
    Seat,
    StaffNote,
)

AT_ONCE = 2_000


def label_addresses(before: datetime) -> int:
    """Empty the labels of issues whose day was before."""
    old = Label.objects.filter(run__issue_on__lt=terms.day_of(before)).exclude(lines="")
    return old.update(lines="", postal_code="", address=None, returned_why="")


def old_addresses(before: datetime) -> int:
    """Delete addresses that were taken back, ran out, or were followed by another, before."""
    day = terms.day_of(before)
    newer = Address.objects.filter(
        reader=OuterRef("reader"),
        until_on=None,
        withdrawn_at=None,
        from_on__gte=OuterRef("from_on"),
        from_on__lt=day,
        made_at__gt=OuterRef("made_at"),
        made_at__lt=before,
    )
    over = Q(withdrawn_at__lt=before) | Q(until_on__lt=day) | (Q(until_on=None) & Exists(newer))
    gone = 0
    while keys := list(Address.objects.filter(over).values_list("pk", flat=True)[:AT_ONCE]):
        # The copy on the label stays as long as labels do.
        Label.objects.filter(address__in=keys).update(address=None)
        gone += Address.objects.filter(pk__in=keys).delete()[0]
    return gone


def letters(before: datetime) -> int:
    """Empty letters recorded before; that they were written stays."""
    old = Letter.objects.filter(recorded_at__lt=before).exclude(begun_at=None)
    said = old.exclude(address="", text="", subject="", failure="")
    return said.update(address="", subject="", text="", failure="")


def notes(before: datetime) -> int:
    """Delete notes of before."""
    return _deleted(StaffNote.objects.filter(at__lt=before))


def looks(before: datetime) -> int:
    """Delete who looked at whose data before."""
    return _deleted(PersonalLook.objects.filter(at__lt=before))


def import_rows(before: datetime) -> int:
    """Empty the rows of files that were brought before."""
    old = ImportRow.objects.filter(file__made_at__lt=before).exclude(values={}, problem="")
    return old.update(values={}, problem="")


def provider_messages(before: datetime) -> int:
    """Empty messages that came before, and were applied or given up."""
    old = ProviderEvent.objects.filter(received_at__lt=before).exclude(body="", failure="")
    return old.exclude(applied_at=None, dead_at=None).update(body="", failure="")


def gift_words(before: datetime) -> int:
    """Empty the names and words of gifts that were redeemed, or went back, before."""
    old = Gift.objects.filter(Q(redeemed_at__lt=before) | Q(void_at__lt=before))
    named = old.exclude(recipient_name="", recipient_email="", signed="", message="")
    return named.update(recipient_name="", recipient_email="", signed="", message="")


def seats(before: datetime) -> int:
    """Empty seats that ended before."""
    return Seat.objects.filter(ended_at__lt=before).exclude(email="").update(email="", reader=None)


def gift_links(before: datetime) -> int:
    """Delete links that had run out before, with the devices they were opened on."""
    return _deleted(GiftLink.objects.filter(expires_at__lt=before, made_at__lt=before))


def free_pieces(before: datetime) -> int:
    """Delete which pieces were opened out of the allowance before."""
    return _deleted(MeteredPiece.objects.filter(opened_at__lt=before))


def _deleted(rows: QuerySet) -> int:
    _all, by_model = rows.delete()
    return by_model.get(rows.model._meta.label, 0)


RULES: tuple[Rule, ...] = (
    Rule(
        "label_addresses",
        _("Addresses on labels, after the day of the issue"),
        label_addresses,
        least=75,
        most=1100,
        why=_("A copy can be claimed for 60 days."),
    ),
    Rule(
        "old_addresses",
        _("Addresses that hold no more"),
        old_addresses,
        least=75,
        most=1100,
        why=_("Whoever asks where a copy went is answered while it can be claimed."),
    ),
    Rule(
        "letters",
        _("The texts of letters"),
        letters,
        least=90,
        most=3660,
        why=_("What was promised in a letter can be looked up."),
    ),
    Rule("notes", _("Notes of staff"), notes, least=30, most=3660, why=_("They are for the next call.")),
    Rule(
        "looks",
        _("Who looked at personal data"),
        looks,
        least=90,
        most=1830,
        why=_("Whoever asks who looked is answered."),
    ),
    Rule(
        "import_rows",
        _("Rows of files from other systems"),
        import_rows,
        least=7,
        most=365,
        why=_("What did not come over is mended in that time."),
    ),
    Rule(
        "provider_messages",
        _("Messages of payment providers, as they came"),
        provider_messages,
        least=130,
        most=1830,
        why=_("Banks take payments into question for 120 days."),
    ),
    Rule(
        "gift_words",
        _("Names and words on gifts, after they were redeemed"),
        gift_words,
        least=30,
        most=1830,
        why=_("The giver may want the card once more."),
    ),
    Rule(
        "seats",
        _("Who had a seat in a group, after it ended"),
        seats,
        least=1,
        most=1830,
        why=_("Groups settle their accounts by the year."),
    ),
    Rule(
        "gift_links",
        _("Links to single pieces, after they ran out"),
        gift_links,
        least=31,
        most=365,
        why=_("The month’s links are counted."),
    ),
    Rule(
        "free_pieces",
        _("Pieces opened free of charge"),
        free_pieces,
        least=31,
        most=365,
        why=_("The month’s pieces are counted."),
    ),
)
