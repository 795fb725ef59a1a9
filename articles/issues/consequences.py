"""What a change of the planner does to subscribers, in sentences."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from subscriptions.ledger.rescheduling import Effect


def sentences(effect: Effect) -> Iterator[str]:
    """Yield what ``effect`` says, number by number; what touches nobody is left out. No query."""
    if effect.after.on != effect.before.on:
        yield _at_another_time(effect)
    if effect.falls_out:
        yield _falls_out(effect)
    if effect.falls_in:
        yield ngettext(
            "It falls into the days of %(n)d subscription that would not have had it.",
            "It falls into the days of %(n)d subscriptions that would not have had it.",
            effect.falls_in,
        ) % {"n": effect.falls_in}
    if effect.weighs:
        yield ngettext(
            "For %(n)d subscription it counts as %(after)d where it counted as %(before)d.",
            "For %(n)d subscriptions it counts as %(after)d where it counted as %(before)d.",
            effect.weighs,
        ) % {"n": effect.weighs, "before": effect.before.weight, "after": effect.after.weight}
    if effect.ends_elsewhere:
        yield _least(effect) % {"told": _ends_elsewhere(effect.ends_elsewhere)}
    if effect.short:
        yield _least(effect) % {"told": _short(effect.short)}
    elif not effect.is_at_least:
        yield _("Nobody will have had fewer issues than promised because of it.")


def _at_another_time(effect: Effect) -> str:
    days = (effect.after.on - effect.before.on).days
    count = effect.at_another_time
    if days > 0:
        told = ngettext(
            "%(n)d subscription gets it later, by %(days)d days.",
            "%(n)d subscriptions get it later, by %(days)d days.",
            count,
        )
    else:
        told = ngettext(
            "%(n)d subscription gets it earlier, by %(days)d days.",
            "%(n)d subscriptions get it earlier, by %(days)d days.",
            count,
        )
    return told % {"n": count, "days": abs(days)}


def _falls_out(effect: Effect) -> str:
    told = ngettext(
        "It falls out of the paid days of %(n)d subscription.",
        "It falls out of the paid days of %(n)d subscriptions.",
        effect.falls_out,
    ) % {"n": effect.falls_out}
    if not effect.falls_out_of_renewing:
        return told
    renewing = ngettext(
        "%(n)d of them renews by itself, and gets it in the next term.",
        "%(n)d of them renew by themselves, and get it in the next term.",
        effect.falls_out_of_renewing,
    )
    return f"{told} {renewing % {'n': effect.falls_out_of_renewing}}"


def _least(effect: Effect) -> str:
    return _("At least %(told)s") if effect.is_at_least else "%(told)s"


def _ends_elsewhere(count: int) -> str:
    told = ngettext(
        "%(n)d term that is paid by the issue ends on another day.",
        "%(n)d terms that are paid by the issue end on another day.",
        count,
    )
    return told % {"n": count}


def _short(count: int) -> str:
    told = ngettext(
        "%(n)d subscription will have had fewer issues than promised.",
        "%(n)d subscriptions will have had fewer issues than promised.",
        count,
    )
    return f"{told % {'n': count}} {_('“Issues owed” proposes how many days would make that good.')}"
