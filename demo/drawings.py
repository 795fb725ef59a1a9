"""Which pictures the demo needs, and how each is drawn; knows nothing of the database.

Drawing takes most of the loading time, so it is shared between processes: everything here can be
sent to another process and run there without Django.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from PIL import Image

from demo import art, reading

VOLUME = 3
ISSUES = 24
CREDIT = "Illustration: Halyard"


@dataclass(frozen=True)
class Drawing:
    """A picture to be drawn: ``title`` names it in the library, ``draw`` makes it."""

    title: str
    draw: Callable[[], Image.Image]
    alt: str
    caption: str = ""
    credit: str = CREDIT

    def jpeg(self) -> bytes:
        """Draw it now; return it as a JPEG file."""
        buffer = io.BytesIO()
        self.draw().save(buffer, "JPEG", quality=90)
        return buffer.getvalue()


def cover_dates(latest: date, count: int = ISSUES) -> list[date]:
    """Return the last ``count`` cover dates up to ``latest``, oldest first: the 1st and 15th."""
    dates: list[date] = []
    day = latest
    while len(dates) < count:
        if day.day in (1, 15):
            dates.append(day)
        day -= timedelta(days=1)
    return dates[::-1]


def portrait_title(name: str) -> str:
    """The library's name for an author's portrait."""
    return f"Portrait: {name}"


def cover_title(number: int) -> str:
    """The library's name for an issue's cover."""
    return f"Cover {VOLUME}/{number}"


def picture_title(slug: str, name: str = "lead") -> str:
    """The library's name for a picture of the article ``slug``."""
    return f"{slug}: {name}"


def drawings(latest: date) -> Iterator[Drawing]:
    """Yield every picture of the demo whose newest issue is the last one up to ``latest``."""
    yield from _portraits()
    yield from _illustrations()
    yield from _covers(latest)


def drawn(wanted: Iterable[Drawing]) -> Iterator[tuple[Drawing, bytes]]:
    """Yield each drawing with its JPEG file, in order, drawn on two cores."""
    wanted = list(wanted)
    if not wanted:
        return
    with ProcessPoolExecutor(max_workers=2) as pool:
        yield from zip(wanted, pool.map(Drawing.jpeg, wanted), strict=True)


def _portraits() -> Iterator[Drawing]:
    for row in reading.table("people"):
        yield Drawing(
            title=portrait_title(row["name"]),
            draw=partial(art.portrait, row["portrait_seed"]),
            alt=f"Portrait of {row['name']}",
        )


def _illustrations() -> Iterator[Drawing]:
    for text in reading.texts():
        lead = [{"name": "lead"} | text.lead_picture] if text.lead_picture else []
        for row in [*lead, *text.pictures]:
            yield Drawing(
                title=picture_title(text.slug, row["name"]),
                draw=partial(art.picture, row["scene"], row["seed"]),
                alt=row["alt"],
                caption=row.get("caption", ""),
                credit=row.get("credit", CREDIT),
            )


def _covers(latest: date) -> Iterator[Drawing]:
    texts = sorted(reading.texts(), key=lambda text: text.page)
    sections = {row["slug"]: row["name"] for row in reading.table("sections")}
    for row, day in zip(reading.table("issues"), cover_dates(latest), strict=True):
        number = row["number"]
        inside = [text for text in texts if text.issue == number][:3]
        yield Drawing(
            title=cover_title(number),
            draw=partial(
                art.cover,
                number=number,
                volume=VOLUME,
                date_line=f"{day.day} {day:%B %Y}",
                title=row["title"],
                lines=[f"{sections[text.section]}|{text.headline}" for text in inside],
                scene=row["scene"],
                seed=row["seed"],
                palette=row["palette"],
            ),
            alt=f"Cover of Halyard, volume {VOLUME}, number {number}: {row['title']}",
        )
