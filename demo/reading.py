"""Reads the demo magazine's texts: TOML front matter between ``+++`` lines, then the body."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Text:
    """One article as written in ``demo/texts/<section>/<slug>.html``."""

    section: str
    slug: str
    body: str
    headline: str
    kicker: str
    standfirst: str
    form: str
    authors: list[str]
    tags: list[str]
    audience: str
    issue: int
    page: int
    time: str = "06:00"
    credits: list[dict[str, str]] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    lead_picture: dict[str, str] | None = None
    pictures: list[dict[str, str]] = field(default_factory=list)
    correction: str = ""


def texts() -> Iterator[Text]:
    """Yield every text, section by section. Raises ``ValueError`` naming a file that cannot be read."""
    for path in sorted((FOLDER / "texts").glob("*/*.html")):
        yield read(path)


def read(path: Path) -> Text:
    """Read one file; the folder is its section, the name its slug."""
    _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    try:
        return Text(section=path.parent.name, slug=path.stem, body=body.strip(), **tomllib.loads(front))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ValueError(f"{path.parent.name}/{path.name}: {error}") from error


def table(name: str) -> list[dict[str, Any]]:
    """Return the rows of ``demo/<name>.toml``, whose one top-level array is called ``name``."""
    rows: list[dict[str, Any]] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))[name]
    return rows
