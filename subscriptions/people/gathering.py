"""Rows of many tables with one question to the database.

A person's page shows rows of two dozen tables, few of each. Asked for one table after the other, the page
would wait two dozen times; gathered, it waits once::

    rows = gathered(
        terms=Term.objects.filter(subscription__reader=reader),
        notes=StaffNote.objects.filter(reader=reader),
    )
    rows.terms, rows.notes

Each row comes as a JSON array of its columns, and is made an instance of its model again here. No order is
kept, and nothing that was asked for with ``select_related`` or ``prefetch_related`` comes along: ``link``
and ``keep`` tie the rows to each other.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import CharField, F, Value
from django.db.models.functions import JSONArray
from django.utils import timezone


def gathered(**wanted: models.QuerySet) -> SimpleNamespace:
    """Return the rows of each queryset of ``wanted`` under its name, as lists in no order. One query."""
    found: dict[str, list[Any]] = {name: [] for name in wanted}
    readers = {name: _reader_of(rows.model) for name, rows in wanted.items()}
    first, *others = (_as_arrays(name, rows) for name, rows in wanted.items())
    for name, columns in first.union(*others, all=True):
        found[name].append(readers[name](columns))
    return SimpleNamespace(**found)


def by_key(rows: Iterable[Any]) -> dict[int, Any]:
    """Return ``rows`` by their primary keys."""
    return {row.pk: row for row in rows}


def by(rows: Iterable[Any], column: str) -> dict[int, list[Any]]:
    """Return ``rows`` in lists, by what stands in ``column``."""
    lists = defaultdict(list)
    for row in rows:
        lists[getattr(row, column)].append(row)
    return lists


def link(rows: Iterable[Any], name: str, owners: dict[int, Any]) -> None:
    """Let the foreign key ``name`` of each row lead to its owner among ``owners``, where it is there."""
    for row in rows:
        owner = owners.get(getattr(row, f"{name}_id"))
        if owner is not None:
            setattr(row, name, owner)


def keep(owner: Any, name: str, rows: Sequence[Any]) -> None:
    """Let ``owner``'s relation ``name`` be answered with ``rows``, as after ``prefetch_related``."""
    known = getattr(owner, name).get_queryset()
    known._result_cache = list(rows)
    known._prefetch_done = True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known


def keep_none(owner: Any, name: str) -> None:
    """Let ``owner``'s one-to-one relation ``name`` be known to lead nowhere."""
    owner._state.fields_cache[name] = None


def _as_arrays(name: str, rows: models.QuerySet) -> models.QuerySet:
    columns = [F(field.attname) for field in rows.model._meta.concrete_fields]
    return (
        rows.order_by()
        .annotate(gathered_as=Value(name, CharField()), gathered=JSONArray(*columns))
        .values_list("gathered_as", "gathered")
    )


def _reader_of(model: type[models.Model]) -> Callable[[list[Any]], Any]:
    """Return what makes an instance out of the columns of a row."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    read = [_value_of(field) for field in fields]

    def instance(columns: list[Any]) -> Any:
        values = [of(value) for of, value in zip(read, columns, strict=True)]
        return model.from_db(DEFAULT_DB_ALIAS, names, values)

    return instance


def _value_of(field: models.Field) -> Callable[[Any], Any]:
    """Return what reads a column out of JSON; a foreign key is read as the key it points to."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.DateTimeField):
        return lambda value: _instant(field.to_python(value))
    if isinstance(field, models.JSONField):
        # SQLite hands JSON over as the text that it stores.
        return lambda value: json.loads(value) if isinstance(value, str) else value
    return field.to_python


def _instant(value: datetime | None) -> datetime | None:
    """SQLite stores instants in UTC and does not say so."""
    return timezone.make_aware(value, UTC) if value is not None and timezone.is_naive(value) else value
