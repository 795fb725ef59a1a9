"""Labels as a table (CSV), for printers who set them themselves."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from subscriptions.fulfilment.recipients import AT_ONCE
from subscriptions.models.label_run import LabelQuerySet

# The longest address: name, company, three lines of street, district, town, area and code, country.
MOST_LINES = 10


def rows(labels: LabelQuerySet) -> Iterator[list[str]]:
    """Yield the table line by line, its headings first, as ``subscriptions.cells`` takes them.

    The same labels give the same table always: what is on a label never changes.
    """
    columns = [_("Line %d") % place for place in range(1, MOST_LINES + 1)]
    yield [_("Code"), *columns, _("Postal code"), _("Country")]
    found = labels.still_addressed().order_by("number").values_list("code", "lines", "postal_code", "country")
    for code, lines, postal_code, country in found.iterator(chunk_size=AT_ONCE):
        told = lines.split("\n")
        # No line is lost: what does not fit stands in the last.
        told[MOST_LINES - 1 :] = [", ".join(told[MOST_LINES - 1 :])] if len(told) >= MOST_LINES else []
        yield [code, *told, *[""] * (MOST_LINES - len(told)), postal_code, country]
