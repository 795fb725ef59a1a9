"""Where the pretend Stripe keeps its things: SQLite, in memory for a test, in one file for the demo.

Web processes and the worker share the file; a transaction of SQLite is what makes each request whole.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Thing = dict[str, Any]

# Things are found by these fields; each has an index.
FOUND_BY = ("customer", "payment_intent", "charge", "invoice", "status", "email", "pending_webhooks")

SCHEMA = """
CREATE TABLE IF NOT EXISTS thing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS thing_kind ON thing (kind, seq);
CREATE TABLE IF NOT EXISTS answer (
    key TEXT PRIMARY KEY, question TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    at REAL NOT NULL
);
"""
INDEX = "CREATE INDEX IF NOT EXISTS thing_{0} ON thing (kind, json_extract(body, '$.{0}'));"


class Store:
    """Things by id, in the order in which they came, and the answers given to idempotency keys."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._base = sqlite3.connect(
            path or ":memory:", timeout=20, isolation_level=None, check_same_thread=False
        )
        if path:
            self._base.execute("PRAGMA journal_mode=WAL")
        self._base.executescript(SCHEMA + "".join(INDEX.format(field) for field in FOUND_BY))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one at a time; one inside another belongs to the outer."""
        with self._lock:
            if self._depth == 0:
                self._base.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._base.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._base.execute("COMMIT")

    def put(self, thing: Thing) -> Thing:
        """Keep ``thing`` under its id, as new or as changed."""
        with self._lock:
            self._base.execute(
                "INSERT INTO thing (id, kind, body) VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                (thing["id"], thing["object"], json.dumps(thing)),
            )
        return thing

    def get(self, thing_id: str) -> Thing | None:
        """Return the thing called ``thing_id``."""
        with self._lock:
            row = self._base.execute("SELECT body FROM thing WHERE id = ?", (thing_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def remove(self, thing_id: str) -> None:
        """Forget the thing called ``thing_id``."""
        with self._lock:
            self._base.execute("DELETE FROM thing WHERE id = ?", (thing_id,))

    def find(self, kind: str, **equal: Any) -> list[Thing]:
        """Return the things of ``kind`` whose fields are ``equal``, the newest first."""
        if unknown := set(equal) - set(FOUND_BY):
            raise ValueError(f"Nothing is found by {unknown}.")
        where = "".join(f" AND json_extract(body, '$.{field}') = ?" for field in equal)
        with self._lock:
            rows = self._base.execute(
                f"SELECT body FROM thing WHERE kind = ?{where} ORDER BY seq DESC",  # noqa: S608 - names checked above
                (kind, *equal.values()),
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def open_until(self, kind: str, seconds: int) -> list[str]:
        """Return the ids of the open things of ``kind`` whose time was over at ``seconds``."""
        with self._lock:
            rows = self._base.execute(
                "SELECT id FROM thing WHERE kind = ? AND json_extract(body, '$.status') = 'open' "
                "AND json_extract(body, '$.expires_at') <= ? ORDER BY seq",
                (kind, seconds),
            ).fetchall()
        return [row[0] for row in rows]

    def count(self, kind: str) -> int:
        """Return how many things of ``kind`` there are."""
        with self._lock:
            return int(self._base.execute("SELECT count(*) FROM thing WHERE kind = ?", (kind,)).fetchone()[0])

    def answer_to(self, key: str, *, since: float) -> tuple[str, int, str] | None:
        """Return question, status and body of the answer given to ``key`` since then."""
        with self._lock:
            return self._base.execute(
                "SELECT question, status, body FROM answer WHERE key = ? AND at >= ?", (key, since)
            ).fetchone()

    def keep_answer(self, key: str, question: str, status: int, body: str, *, at: float) -> None:
        """Remember what was answered to ``key``."""
        with self._lock:
            self._base.execute(
                "REPLACE INTO answer VALUES (?, ?, ?, ?, ?)", (key, question, status, body, at)
            )

    def forget_answers(self) -> None:
        """Forget all keys, as Stripe does after a day."""
        with self._lock:
            self._base.execute("DELETE FROM answer")
