"""One pretend Stripe for several processes."""

import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from subscriptions.providers.stripe.pretend import PretendStripe
from subscriptions.providers.stripe.pretend.store import Store

WORKERS, EACH = 4, 25


def write_many(path: Path, worker: int) -> None:
    """Count up one thing that all share, and add some of one's own."""
    store = Store(path)
    for n in range(EACH):
        with store.transaction():
            shared = store.get("shared") or {"id": "shared", "object": "counter", "count": 0}
            store.put(shared | {"count": shared["count"] + 1})
            store.put({"id": f"own_{worker}_{n}", "object": "own", "customer": f"cus_{worker}"})


def test_several_processes_write_one_file_and_nothing_is_lost(tmp_path):
    path = tmp_path / "pretend.sqlite3"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=write_many, args=(path, n)) for n in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    store = Store(path)
    assert store.get("shared")["count"] == WORKERS * EACH
    assert [len(store.find("own", customer=f"cus_{n}")) for n in range(WORKERS)] == [EACH] * WORKERS


def test_what_was_begun_and_not_finished_is_not_there(tmp_path):
    store = Store(tmp_path / "pretend.sqlite3")

    def break_off() -> None:
        with store.transaction():
            store.put({"id": "a", "object": "thing"})
            raise KeyError

    with pytest.raises(KeyError):
        break_off()

    assert store.get("a") is None
    assert Store(tmp_path / "pretend.sqlite3").get("a") is None


def test_a_step_inside_another_belongs_to_it(tmp_path):
    store = Store(tmp_path / "pretend.sqlite3")

    with store.transaction():
        store.put({"id": "a", "object": "thing"})
        with store.transaction():
            store.put({"id": "b", "object": "thing"})

    assert [thing["id"] for thing in store.find("thing")] == ["b", "a"]


def test_things_are_found_by_indexed_fields_only():
    with pytest.raises(ValueError, match="amount"):
        Store().find("charge", amount=5)


def test_messages_are_delivered_once_and_those_that_fail_wait(till):
    till.paid()
    got: list[bytes] = []

    def at_first_deaf(body: bytes, headers) -> None:
        if len(got) == 2:
            raise ConnectionError
        got.append(body)

    with pytest.raises(ConnectionError):
        till.stripe.deliver(at_first_deaf)
    waiting = len(list(till.stripe.messages(waiting=True)))
    assert till.stripe.deliver(lambda body, headers: got.append(body)) == waiting
    assert till.stripe.deliver(lambda body, headers: got.append(body)) == 0
    assert len(got) == len(set(got)) == len(list(till.stripe.messages()))


def test_what_was_done_is_there_after_a_restart(tmp_path):
    path, noon = tmp_path / "pretend.sqlite3", datetime(2026, 3, 2, 12, tzinfo=UTC)
    first = PretendStripe(path=path, clock=lambda: noon)
    with first.store.transaction():
        customer = first.world.new("customer", email="a@example.org", metadata={})

    assert PretendStripe(path=path).store.get(customer["id"]) == customer
