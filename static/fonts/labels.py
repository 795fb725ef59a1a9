"""Make ``labels.ttf``, with which labels are printed, from DejaVu Sans Condensed.

    python static/fonts/labels.py /usr/share/fonts/truetype/dejavu/DejaVuSansCondensed.ttf

Kept are the letters that stand one after the other, each in one form: Latin, Greek, Cyrillic, Armenian and
Georgian. Scripts whose letters join, or are written from the right, need more than a font, and are left out.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
LETTERS = {
    letter
    for first, last in (
        (0x20, 0x7E),
        (0xA0, 0x24F),
        (0x370, 0x52F),
        (0x531, 0x58F),
        (0x10A0, 0x10FF),
        (0x1E00, 0x1FFF),
        (0x2010, 0x2044),
        (0x20A0, 0x20BF),
        (0x2116, 0x2116),
    )
    for letter in range(first, last + 1)
}


def make(source: Path) -> None:
    """Write the file, and print its size in bytes."""
    font = TTFont(source)
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "kern", "FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    font.recalcTimestamp = False
    font.save(HERE / "labels.ttf")
    sys.stdout.write(f"labels.ttf {(HERE / 'labels.ttf').stat().st_size}\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
