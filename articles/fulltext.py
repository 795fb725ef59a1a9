"""Full-text indexes, kept by the database itself: FTS5 on SQLite, ``tsvector`` on PostgreSQL.

The articles have two: *open* holds what anybody may read of every article, *full* holds all of it. A reader
without the right is answered from *open* alone, so neither a hit, nor a count, nor a rank can tell
whether a withheld text holds a word.

The database follows the table by triggers (SQLite) or generated columns (PostgreSQL): no writer can forget
the index. ``ensure`` runs after every migrate, because SQLite drops triggers whenever Django rebuilds a
table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.backends.base.base import BaseDatabaseWrapper

# Candidates that are ranked before we ask which are public; a very common word matches more.
CANDIDATES = 2_000
# PostgreSQL knows four weights, by letter.
LETTERS = {8.0: "A", 4.0: "B", 2.0: "C", 1.0: "D"}


class Depth(StrEnum):
    """How much of each article an index holds."""

    OPEN = "open"
    FULL = "full"


@dataclass(frozen=True)
class Index:
    """An index over some text columns of ``table``, each with its weight in the ranking (8, 4, 2 or 1).

    ``column`` is what PostgreSQL keeps it in, ``name`` what everything else of it is called.
    """

    name: str
    table: str
    columns: Mapping[str, float]
    column: str

    def ensure(self, connection: BaseDatabaseWrapper) -> None:
        """Lay the index if it is not there, and fill it; safe to run twice."""
        if connection.vendor == "sqlite":
            self._ensure_fts5(connection)
        elif connection.vendor == "postgresql":
            self._ensure_tsvector(connection)

    def candidates(self, connection: BaseDatabaseWrapper, words: Sequence[str]) -> list[int]:
        """Return the ids of the rows holding all of ``words``, best first, at most ``CANDIDATES``.

        The caller keeps what may be shown. ``words`` are letters and digits only.
        """
        if connection.vendor == "sqlite":
            weights = ", ".join(str(weight) for weight in self.columns.values())
            sql = (
                f"SELECT rowid FROM {self.name} WHERE {self.name} MATCH %s "
                f"ORDER BY bm25({self.name}, {weights}) LIMIT {CANDIDATES}"
            )
            query = " ".join(f'"{word}"' for word in words)
        else:
            sql = (
                f"SELECT id FROM {self.table}, plainto_tsquery('english', %s) AS query "
                f"WHERE {self.column} @@ query ORDER BY ts_rank({self.column}, query) DESC, id DESC "
                f"LIMIT {CANDIDATES}"
            )
            query = " ".join(words)
        with connection.cursor() as cursor:
            cursor.execute(sql, [query])
            return [pk for (pk,) in cursor.fetchall()]

    def _ensure_fts5(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [f"{self.name}_update"])
            if cursor.fetchone():
                return
            for statement in self._fts5_statements():
                cursor.execute(statement)

    def _fts5_statements(self) -> list[str]:
        index, columns = self.name, list(self.columns)
        listed = ", ".join(columns)
        new = ", ".join(f"new.{column}" for column in columns)
        old = ", ".join(f"old.{column}" for column in columns)
        add = f"INSERT INTO {index}(rowid, {listed}) VALUES (new.id, {new});"
        take = f"INSERT INTO {index}({index}, rowid, {listed}) VALUES ('delete', old.id, {old});"
        return [
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5({listed}, content='{self.table}', "
            "content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')",
            f"CREATE TRIGGER IF NOT EXISTS {index}_insert AFTER INSERT ON {self.table} BEGIN {add} END",
            f"CREATE TRIGGER IF NOT EXISTS {index}_delete AFTER DELETE ON {self.table} BEGIN {take} END",
            f"CREATE TRIGGER IF NOT EXISTS {index}_update AFTER UPDATE OF {listed} ON {self.table} "
            f"BEGIN {take} {add} END",
            f"INSERT INTO {index}({index}) VALUES ('rebuild')",
        ]

    def _ensure_tsvector(self, connection: BaseDatabaseWrapper) -> None:
        with connection.cursor() as cursor:
            table = connection.introspection.get_table_description(cursor, self.table)
            if self.column in {column.name for column in table}:
                return
            parts = " || ".join(
                f"setweight(to_tsvector('english', coalesce({column}, '')), '{LETTERS[weight]}')"
                for column, weight in self.columns.items()
            )
            cursor.execute(
                f"ALTER TABLE {self.table} ADD COLUMN {self.column} tsvector "
                f"GENERATED ALWAYS AS ({parts}) STORED"
            )
            cursor.execute(f"CREATE INDEX {self.name} ON {self.table} USING gin ({self.column})")


def _of_articles(depth: Depth, words: str) -> Index:
    columns = {"headline": 8.0, "kicker": 2.0, "standfirst": 4.0, words: 1.0}
    return Index(f"articles_search_{depth}", "articles_article", columns, f"search_{depth}")


ARTICLES = {
    Depth.OPEN: _of_articles(Depth.OPEN, "opening_text"),
    Depth.FULL: _of_articles(Depth.FULL, "body_text"),
}


def ensure(connection: BaseDatabaseWrapper) -> None:
    """Lay the indexes of the articles if they are not there; safe to run twice."""
    for index in ARTICLES.values():
        index.ensure(connection)


def candidates(connection: BaseDatabaseWrapper, depth: Depth, words: Sequence[str]) -> list[int]:
    """Return the ids of the articles holding all of ``words``, best first; they may be drafts."""
    return ARTICLES[depth].candidates(connection, words)
