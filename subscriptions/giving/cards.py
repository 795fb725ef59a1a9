"""The card of a gift: a picture drawn from its code, the code itself, and the address as a square to scan.

The page and the PDF show the same card. The picture is a rig under sail; which wind blows in it, the code
decides, so that no two cards are alike and the same card never changes.
"""

from dataclasses import dataclass
from random import Random

import qrcode
from django.conf import settings
from django.template.loader import render_to_string

from magazine import printing
from subscriptions.letters.gifts import redeem_address
from subscriptions.models import Gift

FACES = {
    f"house:{name}": f"fonts/{name}.woff2"
    for name in (
        "newsreader",
        "newsreader-display",
        "newsreader-italic",
        "newsreader-extended",
        "inter-regular",
        "inter-semibold",
    )
}
# The picture's own units: as wide as high as the panel it fills.
WIDE, HIGH = 640, 1100


@dataclass(frozen=True)
class Square:
    """An address to scan: ``size`` modules wide, ``path`` draws the dark ones, each 1 by 1."""

    size: int
    path: str


@dataclass(frozen=True)
class Picture:
    """A rig under sail, as paths in a box of ``WIDE`` by ``HIGH``; the sun by its middle and radius."""

    sun: tuple[float, float, float]
    sails: tuple[str, ...]
    ropes: tuple[str, ...]
    waves: tuple[str, ...]
    spars: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """All that stands on a card."""

    magazine: str
    recipient: str
    signed: str
    message: str
    plan: str
    term: str
    with_print: bool
    code: str
    address: str
    shown_address: str
    square: Square
    picture: Picture


def card_of(gift: Gift) -> Card:
    """Write the card of ``gift``, which was loaded with its price, version and plan. No query."""
    address = redeem_address(gift.code)
    return Card(
        magazine=settings.MAGAZINE_NAME,
        recipient=gift.recipient_name,
        signed=gift.signed,
        message=gift.message,
        plan=gift.price.version.plan.name,
        term=gift.price.term_label,
        with_print=gift.zone_price_id is not None,
        code=gift.code,
        address=address,
        shown_address=address.partition("://")[2].removesuffix(f"{gift.code}/").rstrip("/"),
        square=square(address),
        picture=picture(gift.code),
    )


def as_pdf(card: Card) -> bytes:
    """Print ``card``, A5 across; raises ``printing.NoPrinterError`` where a machine cannot print."""
    html = render_to_string("subscriptions/gift_card_pdf.html", {"card": card})
    return printing.printed(html, styles="css/gift_card_pdf.css", faces=FACES)


def square(address: str) -> Square:
    """Return ``address`` as a square to scan, which a quarter of dirt or a thumb does not spoil."""
    made = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0)
    made.add_data(address)
    made.make(fit=True)
    rows = made.get_matrix()
    dark = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return Square(len(rows), dark)


def picture(code: str) -> Picture:
    """Draw the rig that belongs to ``code``: the same code, the same drawing."""
    wind = Random(code)  # noqa: S311 - a drawing keeps no secret
    mast, top, deck = 322 + wind.uniform(-14, 14), 330.0, 812.0
    clew = (mast - wind.uniform(168, 186), deck - wind.uniform(26, 44))
    tack = (mast + wind.uniform(148, 164), deck - 4)
    belly = wind.uniform(26, 62)
    leech = (
        (mast, top),
        (mast - belly * 1.3, top + 150),
        (clew[0] - belly * 0.55, clew[1] - 210),
        clew,
    )
    main = f"M{_at(leech[0])} C{_at(leech[1])} {_at(leech[2])} {_at(leech[3])} L{mast:.1f} {deck - 22:.1f} Z"
    jib = (
        f"M{mast + 4:.1f} {top + 34:.1f} C{mast + 42:.1f} {top + 190:.1f} "
        f"{tack[0] - 34:.1f} {tack[1] - 150:.1f} {_at(tack)} "
        f"Q{mast + 84 - belly * 0.3:.1f} {deck - 58:.1f} {mast + 16:.1f} {deck - 74:.1f} "
        f"Q{mast + 26 + belly * 0.2:.1f} {deck - 250:.1f} {mast + 4:.1f} {top + 34:.1f} Z"
    )
    hull = (
        f"M{clew[0] - 22:.1f} {deck + 8:.1f} Q{mast:.1f} {deck + 34:.1f} {tack[0] + 34:.1f} {deck - 6:.1f} "
        f"Q{tack[0] - 26:.1f} {deck + 62:.1f} {mast + 10:.1f} {deck + 66:.1f} "
        f"Q{clew[0] + 36:.1f} {deck + 66:.1f} {clew[0] - 22:.1f} {deck + 8:.1f} Z"
    )
    ropes = [
        f"M{mast:.1f} {top - 20:.1f} L{clew[0] - 16:.1f} {deck + 10:.1f}",
        f"M{mast:.1f} {top - 20:.1f} L{tack[0] + 32:.1f} {deck - 5:.1f}",
    ]
    # The seams of the sail: each from the mast to its outer edge.
    for number in range(1, 8):
        x, y = _on(leech, number / 8)
        ropes.append(f"M{mast:.1f} {y + 5:.1f} Q{(mast + x) / 2:.1f} {y + 12:.1f} {x:.1f} {y:.1f}")
    waves = []
    for number in range(10):
        y, swing, half = deck + 54 + number * (15 + 2.4 * number), 2.5 + 1.1 * number, wind.uniform(40, 62)
        x = -wind.uniform(0, 4) * half
        drawn = [f"M{x:.1f} {y:.1f}"]
        while x < WIDE:
            drawn.append(
                f"q{half / 2:.1f} {-swing:.1f} {half:.1f} 0 q{half / 2:.1f} {swing:.1f} {half:.1f} 0"
            )
            x += 2 * half
        waves.append(" ".join(drawn))
    sun_x, sun_y, sun = mast + wind.uniform(90, 150), wind.uniform(330, 430), wind.uniform(92, 118)
    return Picture(
        sun=(round(sun_x, 1), round(sun_y, 1), round(sun, 1)),
        sails=(main, jib, hull),
        ropes=tuple(ropes),
        waves=tuple(waves),
        spars=(
            f"M{mast:.1f} {top - 34:.1f} V{deck + 22:.1f}",
            f"M{mast:.1f} {deck - 22:.1f} L{clew[0] - 8:.1f} {clew[1] + 1:.1f}",
        ),
    )


def _at(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _on(curve: tuple[tuple[float, float], ...], part: float) -> tuple[float, float]:
    """Return the point that lies at ``part`` of a cubic curve."""
    rest = 1 - part
    weights = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
    x = sum(weight * point[0] for weight, point in zip(weights, curve, strict=True))
    return x, sum(weight * point[1] for weight, point in zip(weights, curve, strict=True))
