"""What it costs to make an issue of 40 articles with 60 pictures into files: seconds and memory.

Run by ``make bench``. Each file is made in a process of its own, so that its memory is its own too:

    python -m benchmarks.editions epub
"""

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "magazine.settings")
    django.setup()

from django.conf import settings
from PIL import Image as Pixels

from articles import rendering
from editions.builders import epub, pdf
from editions.builders.built import Built
from editions.source import Department, Image, IssueText, Name, Piece

ARTICLES, PICTURES, WORDS = 40, 60, 1000
SECTIONS = ("Politics", "Finance", "Foreign Affairs", "Environment", "Culture", "Technology")
VOCABULARY = (
    "tide harbour ledger clerk bridge river lamp market quay ferry window paper bell stone rope winter"
    " council mended counting afternoon weather engineer argument borrowed silver proverb parish"
).split()
BUILDERS: dict[str, Callable[[IssueText], Built]] = {
    "epub": epub.build,
    "pdf": pdf.build,
    "press": lambda text: pdf.build(text, for_press=True),
}


def picture(key: int, folder: Path) -> Image:
    """Put a photograph of 2,400 by 1,600 pixels, with grain as photographs have, into ``folder``."""
    name = f"originals/{key}.jpg"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    grain = Pixels.effect_noise((800, 533), 40).resize((2400, 1600))
    Pixels.merge("RGB", (grain, grain.rotate(180), Pixels.new("L", grain.size, 40 + key))).save(
        folder / name, "JPEG", quality=88
    )
    return Image(key, name, f"{key:064x}", f"A quay, number {key}", "A caption.", "A credit", 2400, 1600)


def piece(key: int, lead: Image, figures: list[Image], chance: random.Random) -> Piece:
    """An article of about 1,000 words with all that an article has."""
    blocks = []
    for number in range(10):
        if number in {3, 7}:
            blocks.append("<h2>A very good ditch</h2>")
        note = '<sup class="fn" data-note="So the clerk says."></sup>' if number == 5 else ""
        blocks.append(f"<p>{' '.join(chance.choices(VOCABULARY, k=WORDS // 10))}.{note}</p>")
        if number == 4:
            blocks += [f'<figure data-image="{one.id}"></figure>' for one in figures]
            blocks.append('<aside class="pullquote"><p>I took it as a comment.</p></aside>')
    rendered = rendering.render("".join(blocks), addresses={}, pictures={one.id: one for one in figures})
    return Piece(
        id=key,
        headline=" ".join(chance.choices(VOCABULARY, k=5)).capitalize(),
        kicker="Rivers",
        standfirst=" ".join(chance.choices(VOCABULARY, k=18)).capitalize() + ".",
        section=SECTIONS[key % len(SECTIONS)],
        byline="Tobias Wren",
        names=(Name("Tobias Wren", "", "Tobias Wren writes the column on the last page."),),
        body=rendered.html,
        words=rendered.words,
        page=key * 2,
        length=2,
        tags=(),
        corrections=(),
        lead=lead,
        address=f"https://halyard.example/{key}/",
        published_on=date(2026, 11, 15),
    )


def issue(folder: Path) -> IssueText:
    """An issue of 40 articles, each with a lead picture, every other one with one more in its text."""
    chance = random.Random(4)
    pictures = [picture(key, folder) for key in range(1, PICTURES + 1)]
    leads, others = pictures[:ARTICLES], pictures[ARTICLES:]
    pieces = [
        piece(key, leads[key], [others[key // 2]] if key % 2 == 0 else [], chance) for key in range(ARTICLES)
    ]
    return IssueText(
        magazine="Halyard",
        tagline="A fortnightly of politics, ideas and the made world",
        language="en-gb",
        address="https://halyard.example/issues/3/24/",
        volume=3,
        number=24,
        label="Volume 3, number 24",
        title="The River Returns",
        standfirst="",
        cover_on=date(2026, 11, 15),
        cover=None,
        departments=tuple(
            Department(
                name, name.lower().replace(" ", "-"), tuple(one for one in pieces if one.section == name)
            )
            for name in SECTIONS
        ),
        imprint=("Halyard Press",),
        images={one.id: one for one in pictures},
    )


def measure(kind: str) -> None:
    """Make the file once, and print a line about it."""
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = folder
        text = issue(Path(folder))
        started, busy = time.perf_counter(), time.process_time()
        built = BUILDERS[kind](text)
        seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = len(built.data) / 1_000_000
    sys.stdout.write(
        f"{kind:<6} {built.pages or '':>6} {seconds:>8.1f} {cpu:>8.1f} {peak:>9.0f} {size:>8.1f}\n"
    )


def main() -> None:
    print(f"{'file':<6} {'pages':>6} {'seconds':>8} {'CPU s':>8} {'peak MiB':>9} {'MB':>8}", flush=True)
    for kind in BUILDERS:
        subprocess.run([sys.executable, "-m", "benchmarks.editions", kind], check=True)


if __name__ == "__main__":
    measure(sys.argv[1])
