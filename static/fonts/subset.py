"""Make the WOFF2 files of this folder from the packages named in README.md.

    python static/fonts/subset.py FOLDER_WITH_THE_UNPACKED_PACKAGES

FOLDER holds ``newsreader/`` and ``inter/``, as unpacked from the npm packages.
"""

import io
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).resolve().parent
# The letters of Western Europe and our punctuation; the rest of Latin is in the “extended” files.
LATIN = set(range(0x20, 0x7F)) | {
    ord(c) for c in "\u00a0£§«»°·×½¼¾ÀÁÂÄÅÆÇÈÉÊÍÑÓÔÖØÚÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüœ–—‘’“”„•…€−′″‹›†←→↑↓"
}
REST = (set(range(0xA0, 0x180)) | {0x218, 0x219, 0x21A, 0x21B}) - LATIN
BODY = ["kern", "liga", "rvrn", "ccmp", "locl"]

# Our file: (source, kept axes, kept features). An axis given as one number is frozen there.
FILES = {
    "newsreader.woff2": (
        "newsreader/files/newsreader-latin-opsz-normal.woff2",
        {"wght": 420, "opsz": 18},
        [*BODY, "onum", "lnum", "tnum"],
    ),
    # Finer and tighter, for headlines.
    "newsreader-display.woff2": (
        "newsreader/files/newsreader-latin-opsz-normal.woff2",
        {"wght": 460, "opsz": 60},
        BODY,
    ),
    "newsreader-bold.woff2": (
        "newsreader/files/newsreader-latin-opsz-normal.woff2",
        {"wght": 650, "opsz": 18},
        BODY,
    ),
    "newsreader-italic.woff2": (
        "newsreader/files/newsreader-latin-opsz-italic.woff2",
        {"wght": 420, "opsz": 20},
        BODY,
    ),
    "inter.woff2": (
        "inter/files/inter-latin-wght-normal.woff2",
        {"wght": (400, 600)},
        ["kern", "tnum", "ccmp"],
    ),
    # For paper: the printer takes no variable faces.
    "inter-regular.woff2": (
        "inter/files/inter-latin-wght-normal.woff2",
        {"wght": 400},
        ["kern", "tnum", "ccmp"],
    ),
    "inter-semibold.woff2": (
        "inter/files/inter-latin-wght-normal.woff2",
        {"wght": 600},
        ["kern", "tnum", "ccmp"],
    ),
}
# Other Latin letters come in files of their own, fetched only by pages that use them.
EXTENDED = {
    "newsreader-extended.woff2": (
        "newsreader/files/newsreader-latin-ext-opsz-normal.woff2",
        {"wght": 420, "opsz": 18},
        BODY,
    ),
    "inter-extended.woff2": (
        "inter/files/inter-latin-ext-wght-normal.woff2",
        {"wght": (400, 650)},
        BODY,
    ),
}
# What is written on the pages of a downloaded file: a subscription's number, or initials.
MARK = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -.,'·"


def settled(font: TTFont) -> TTFont:
    """Write and read the font once: a table that was read lazily may miss glyphs otherwise."""
    buffer = io.BytesIO()
    font.flavor = None
    font.save(buffer)
    buffer.seek(0)
    return TTFont(buffer)


def make(folder: Path) -> None:
    """Write every file, and print its size in bytes."""
    for name, (source, axes, features) in (FILES | EXTENDED).items():
        font = settled(instantiateVariableFont(TTFont(folder / source), axes))
        options = Options()
        options.flavor = "woff2"
        options.layout_features = features
        options.hinting = False
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=LATIN if name in FILES else REST)
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(HERE / name)
        sys.stdout.write(f"{name} {(HERE / name).stat().st_size}\n")
    make_mark()


def make_mark() -> None:
    """Write ``mark.ttf``: the letters of the mark on a downloaded page, in a form that a PDF can carry."""
    font = settled(instantiateVariableFont(TTFont(HERE / "inter.woff2"), {"wght": 400}))
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.drop_tables += ["GDEF", "STAT"]
    subsetter = Subsetter(options)
    subsetter.populate(text=MARK)
    subsetter.subset(font)
    font.recalcTimestamp = False
    font.save(HERE / "mark.ttf")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
