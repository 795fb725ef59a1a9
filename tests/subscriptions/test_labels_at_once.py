"""A run of labels when two freeze it, when readers move meanwhile, when the machine dies: one run, whole."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from subscriptions.fulfilment import addresses, recipients
from subscriptions.models import Entitlement, Label, LabelRun, Withheld
from tests import make
from tests.killing import done_apart
from tests.subscriptions import posted

pytestmark = pytest.mark.django_db(transaction=True)

DRILL = bool(os.environ.get("MAGAZINE_DRILL"))
READERS = 40 if DRILL else 9


@pytest.fixture
def one(in_thread, monkeypatch):
    """An issue and its readers, one of whom has no address; labels are written a few at a time."""
    monkeypatch.setattr(recipients, "AT_ONCE", 3)

    def make_them():
        for _ in range(READERS - 1):
            posted.reader()
        posted.right(make.reader())
        return posted.issue(2, 19)

    return in_thread(make_them)


def written() -> tuple[int, int, int, int]:
    """How many runs are frozen, labels and reasons there are, and readers who have one of the two."""
    labels = Label.objects.order_by().values("reader")
    withheld = Withheld.objects.order_by().values("reader")
    return (
        LabelRun.objects.filter(frozen_at__isnull=False).count(),
        labels.count(),
        withheld.count(),
        labels.union(withheld).count(),
    )


ALL = (1, READERS - 1, 1, READERS)


def test_two_who_freeze_at_once_freeze_one_run(in_thread, one):
    together = threading.Barrier(2)

    def freeze() -> int:
        together.wait()
        return posted.frozen(one).pk

    with ThreadPoolExecutor(2) as pool:
        found = set(pool.map(in_thread, [freeze] * 2))

    assert len(found) == 1
    assert in_thread(written) == ALL


def test_readers_who_move_and_leave_while_it_is_frozen_change_nothing_or_all_of_theirs(in_thread, one):
    together = threading.Barrier(2)
    until = one.cutoff_at
    before = in_thread(
        lambda: {
            address.reader_id: "\n".join(addresses.lines_of(address))
            for address in addresses.Address.objects.all()
        }
    )

    def freeze() -> None:
        together.wait()
        posted.frozen(one)

    def move() -> None:
        together.wait()
        for address in list(addresses.Address.objects.select_related("reader").order_by("pk")):
            make.address(by=address.reader, at=until + timedelta(minutes=1), street="9 Late Street")
            addresses.withdraw(address, by=address.reader, at=until + timedelta(minutes=2))
            # Leaves, and is back at once: nobody is to be seen in between, or counted twice.
            rights = Entitlement.objects.filter(reader=address.reader)
            posted.right(address.reader)
            rights.order_by("pk").first().delete()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(in_thread, [freeze, move]))

    frozen, labels, withheld, readers = in_thread(written)
    assert (frozen, labels + withheld, readers) == (1, READERS, READERS)
    told = in_thread(lambda: dict(Label.objects.values_list("reader", "lines")))
    assert told == before


def test_a_freeze_that_is_killed_leaves_nothing_and_the_next_one_completes(in_thread, one):
    def freeze() -> None:
        posted.frozen(one)

    def undo() -> None:
        Label.objects.all().delete()
        Withheld.objects.all().delete()
        LabelRun.objects.all().delete()

    statements = in_thread(done_apart, freeze)
    assert in_thread(written) == ALL
    places = range(2, statements + 1) if DRILL else (2, statements // 2, statements - 1, statements)
    for place in places:
        in_thread(undo)
        killed = in_thread(lambda place=place: done_apart(freeze, kill_before=place))
        assert killed is None
        assert in_thread(written)[1:] in ((0, 0, 0), ALL[1:])
        in_thread(freeze)
        assert in_thread(written) == ALL
