"""The covers: one sheet of paper, one picture under the masthead, one thing to say."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageStat

from demo.art.palette import COVER_PALETTES, Colour, contrast
from demo.art.scenes import picture

MASTHEAD = "Halyard"
MOTTO = "A fortnightly of politics, ideas and the made world"

_FONTS = Path(__file__).parents[2] / "static" / "fonts"
_WIDE, _HIGH = 1200, 1600  # What the measures below are written for.
_EDGE = 40
_PICTURE_FOOT = 1168
_GUTTER = 36


@cache
def _face(name: str, size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    face = ImageFont.truetype(_FONTS / f"{name}.woff2", size)
    if name == "inter":
        face.set_variation_by_axes([weight])
    return face


def cover(
    *,
    number: int,
    volume: int,
    date_line: str,
    title: str,
    lines: Sequence[str],
    scene: str,
    seed: str,
    palette: str,
    size: tuple[int, int] = (_WIDE, _HIGH),
) -> Image.Image:
    """Compose the cover of an issue, ``size`` in pixels with sides as 3 to 4.

    ``title`` is the one large line, ``lines`` are up to three headlines from inside, each of which may begin
    with its section and a bar (``Culture|The last tram``). ``palette`` is one of ``COVER_PALETTES``.

    Raises ``ValueError`` for a palette, a scene or a shape of page that does not exist.
    """
    if palette not in COVER_PALETTES:
        raise ValueError(f"There is no cover palette “{palette}”, only {', '.join(COVER_PALETTES)}.")
    if size[0] * _HIGH != size[1] * _WIDE:
        raise ValueError(f"A cover's sides are as 3 to 4, not {size[0]} to {size[1]}.")
    inks = COVER_PALETTES[palette]
    page = Image.new("RGB", (_WIDE, _HIGH), inks.paper)
    art = picture(scene, seed, (_WIDE - 2 * _EDGE, _PICTURE_FOOT - _EDGE), palette=palette, headroom=0.27)
    tone = _calmed(art)
    page.paste(art, (_EDGE, _EDGE))
    draw = ImageDraw.Draw(page)
    masthead = max((inks.paper, inks.ink), key=lambda ink: contrast(ink, tone))
    _masthead(draw, masthead, f"Volume {volume}, number {number}", date_line)
    foot = _title(draw, title, inks.ink)
    _lines(draw, lines[:3], foot, inks.ink, _readable(inks.accent, inks.paper, inks.ink))
    return page if size == page.size else page.resize(size, Image.Resampling.LANCZOS)


def _calmed(art: Image.Image) -> Colour:
    """Quieten the top of the picture, where type will stand, to its average tone; return that tone."""
    band = art.crop((0, 0, art.width, round(art.height * 0.27)))
    red, green, blue = ImageStat.Stat(band).mean
    tone = round(red), round(green), round(blue)
    veil = Image.linear_gradient("L").resize((art.width, round(art.height * 0.4)))
    art.paste(tone, (0, 0), veil.point([round(min(1.0, (255 - v) / 110) * 190) for v in range(256)]))
    return tone


def _readable(accent: Colour, paper: Colour, ink: Colour) -> Colour:
    return accent if contrast(accent, paper) >= 3 else ink


def _masthead(draw: ImageDraw.ImageDraw, ink: Colour, issue: str, date_line: str) -> None:
    small = _face("inter", 21, 500)
    left, right, top = _EDGE + 36, _WIDE - _EDGE - 36, _EDGE + 34
    draw.text((left, top), issue, font=small, fill=ink)
    middle = (left + small.getlength(issue) + right - small.getlength(date_line)) / 2
    draw.text((middle, top), MOTTO, font=small, fill=ink, anchor="ma")
    draw.text((right, top), date_line, font=small, fill=ink, anchor="ra")
    draw.line([(left, top + 40), (right, top + 40)], fill=ink, width=2)
    face = _fitted(MASTHEAD, right - left, 300, 200)
    x0, y0, x1, _ = draw.textbbox((0, 0), MASTHEAD, font=face)
    draw.text(((_WIDE - (x1 - x0)) / 2 - x0, top + 62 - y0), MASTHEAD, font=face, fill=ink)


def _fitted(text: str, width: float, most: int, least: int) -> ImageFont.FreeTypeFont:
    """Return the display face in the largest size from ``most`` to ``least`` that sets one line."""
    size = most
    while size > least and _face("newsreader-display", size).getlength(text) > width:
        size -= 4
    return _face("newsreader-display", size)


def _title(draw: ImageDraw.ImageDraw, title: str, ink: Colour) -> float:
    """Set the large line below the picture, in two rows if it is long; return where it ends."""
    width = _WIDE - 2 * _EDGE
    face = _fitted(title, width, 128, 76)
    rows = [title]
    if face.getlength(title) > width:
        face = _face("newsreader-display", 72)
        rows = _balanced(title, face, width, 2)
    ascent, descent = face.getmetrics()
    top = _PICTURE_FOOT + (26 if len(rows) == 1 else 20)
    for row in rows:
        draw.text((_EDGE - 4, top), row, font=face, fill=ink)
        top += round((ascent + descent) * 0.9)
    return top


def _lines(draw: ImageDraw.ImageDraw, lines: Sequence[str], top: float, ink: Colour, accent: Colour) -> None:
    """Set the smaller lines in columns between hairlines."""
    if not lines:
        return
    label = _face("inter", 21, 600)
    width = (_WIDE - 2 * _EDGE - _GUTTER * (len(lines) - 1)) / len(lines)
    entries = [entry.split("|", 1) if "|" in entry else ["", entry] for entry in lines]
    for size in (34, 31, 28):  # The largest in which nothing is cut short.
        text = _face("newsreader", size)
        columns = [_balanced(headline, text, width, 3) for _, headline in entries]
        if not any(row.endswith("…") for rows in columns for row in rows):
            break
    top = max(top, _HIGH - 222)
    for k, ((section, _), rows) in enumerate(zip(entries, columns, strict=True)):
        left = _EDGE + k * (width + _GUTTER)
        draw.line([(left, top), (left + width, top)], fill=ink, width=2)
        y = top + 18
        if section:
            draw.text((left, y), section, font=label, fill=accent)
            y += 33
        for row in rows:
            draw.text((left, y), row, font=text, fill=ink)
            y += 40


def _wrapped(text: str, face: ImageFont.FreeTypeFont, width: float, most: int) -> list[str]:
    """Break the text into at most ``most`` rows no wider than ``width``, with an ellipsis if it is cut."""
    rows: list[str] = []
    for word in text.split():
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and face.getlength(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    kept = rows[:most]
    if len(rows) > most:
        kept[-1] += "…"
    return [_cut(row, face, width) for row in kept]


def _balanced(text: str, face: ImageFont.FreeTypeFont, width: float, most: int) -> list[str]:
    """Break the text like ``_wrapped``, with rows about as long as each other."""
    rows = _wrapped(text, face, width, most)
    narrow = width
    while narrow > width * 0.5:
        narrow -= 6
        closer = _wrapped(text, face, narrow, most)
        if len(closer) > len(rows) or any("…" in row for row in closer):
            break
        rows = closer
    return rows


def _cut(row: str, face: ImageFont.FreeTypeFont, width: float) -> str:
    """Return the row, ending in an ellipsis if it is wider than ``width``."""
    if face.getlength(row) <= width:
        return row
    kept = row.rstrip("…")
    while kept and face.getlength(kept + "…") > width:
        kept = kept[:-1]
    return kept.rstrip(" ,;:") + "…"
