"""The full-text index, kept by the database itself: FTS5 on SQLite, ``tsvector`` on PostgreSQL.

There are two: *open* holds what anybody may read of every article, *full* holds all of it. A reader
without the right is answered from *open* alone, so neither a hit, nor a count, nor a rank can tell
whether a withheld text holds a word.

The database follows the article table by triggers (SQLite) or generated columns (PostgreSQL): no
writer of articles can forget the index. ``ensure`` runs after every migrate, because SQLite drops
triggers whenever Django rebuilds a table.
"""

from collections.abc import Sequence
from enum import StrEnum

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "articles_article"
# Candidates that are ranked before we ask which are public; a very common word matches more.
CANDIDATES = 2_000


class Depth(StrEnum):
    """How much of each article an index holds."""

    OPEN = "open"
    FULL = "full"


# Columns and their weight in the ranking.
COLUMNS = {
    Depth.OPEN: {"headline": 8.0, "kicker": 2.0, "standfirst": 4.0, "opening_text": 1.0},
    Depth.FULL: {"headline": 8.0, "kicker": 2.0, "standfirst": 4.0, "body_text": 1.0},
}
# PostgreSQL knows four weights, by letter.
LETTERS = {8.0: "A", 4.0: "B", 2.0: "C", 1.0: "D"}


def ensure(connection: BaseDatabaseWrapper) -> None:
    """Lay the index if it is not there, and fill it; safe to run twice."""
    if connection.vendor == "sqlite":
        _ensure_fts5(connection)
    elif connection.vendor == "postgresql":
        _ensure_tsvector(connection)


def candidates(connection: BaseDatabaseWrapper, depth: Depth, words: Sequence[str]) -> list[int]:
    """Return the ids of the articles holding all of ``words``, best first, at most ``CANDIDATES``.

    They may be drafts: the caller keeps what is public. ``words`` are letters and digits only.
    """
    if connection.vendor == "sqlite":
        weights = ", ".join(str(weight) for weight in COLUMNS[depth].values())
        sql = (
            f"SELECT rowid FROM articles_search_{depth} WHERE articles_search_{depth} MATCH %s "
            f"ORDER BY bm25(articles_search_{depth}, {weights}) LIMIT {CANDIDATES}"
        )
        query = " ".join(f'"{word}"' for word in words)
    else:
        sql = (
            f"SELECT id FROM {TABLE}, plainto_tsquery('english', %s) AS query "
            f"WHERE search_{depth} @@ query ORDER BY ts_rank(search_{depth}, query) DESC, id DESC "
            f"LIMIT {CANDIDATES}"
        )
        query = " ".join(words)
    with connection.cursor() as cursor:
        cursor.execute(sql, [query])
        return [pk for (pk,) in cursor.fetchall()]


def _ensure_fts5(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'articles_search_%%'")
        there = {name for (name,) in cursor.fetchall()}
        for depth in Depth:
            if f"articles_search_{depth}_update" in there:
                continue
            for statement in _fts5_statements(depth):
                cursor.execute(statement)


def _fts5_statements(depth: Depth) -> list[str]:
    index = f"articles_search_{depth}"
    columns = list(COLUMNS[depth])
    listed = ", ".join(columns)
    new = ", ".join(f"new.{column}" for column in columns)
    old = ", ".join(f"old.{column}" for column in columns)
    add = f"INSERT INTO {index}(rowid, {listed}) VALUES (new.id, {new});"
    take = f"INSERT INTO {index}({index}, rowid, {listed}) VALUES ('delete', old.id, {old});"
    return [
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5({listed}, content='{TABLE}', "
        "content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')",
        f"CREATE TRIGGER IF NOT EXISTS {index}_insert AFTER INSERT ON {TABLE} BEGIN {add} END",
        f"CREATE TRIGGER IF NOT EXISTS {index}_delete AFTER DELETE ON {TABLE} BEGIN {take} END",
        f"CREATE TRIGGER IF NOT EXISTS {index}_update AFTER UPDATE OF {listed} ON {TABLE} "
        f"BEGIN {take} {add} END",
        f"INSERT INTO {index}({index}) VALUES ('rebuild')",
    ]


def _ensure_tsvector(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        there = {column.name for column in connection.introspection.get_table_description(cursor, TABLE)}
        for depth in Depth:
            if f"search_{depth}" in there:
                continue
            parts = " || ".join(
                f"setweight(to_tsvector('english', coalesce({column}, '')), '{LETTERS[weight]}')"
                for column, weight in COLUMNS[depth].items()
            )
            cursor.execute(
                f"ALTER TABLE {TABLE} ADD COLUMN search_{depth} tsvector GENERATED ALWAYS AS ({parts}) STORED"
            )
            cursor.execute(f"CREATE INDEX articles_search_{depth} ON {TABLE} USING gin (search_{depth})")
