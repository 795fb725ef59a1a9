"""What WordPress writes in square brackets: galleries, captions, sounds, films, embeds."""

import html
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_CODE = re.compile(r"\[(\[?)(/?)([A-Za-z][A-Za-z0-9_-]{1,40})((?:[\s=:][^\[\]]{0,2000})?)/?\](\]?)")
_ATTRIBUTE = re.compile(r"([A-Za-z][\w-]{0,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))|(\S+)")

# What stands between the halves of these belongs to them; WordPress takes it from no others.
_PAIRED = frozenset({"caption", "wp_caption", "audio", "video", "embed"})
# Of well-known plugins: taken for codes even where they stand alone and say nothing more.
_PLUGINS = frozenset(
    "contact-form-7 jetpack_subscription_form jetpack-related-posts contact-form recent_posts sitemap "
    "subscribe tweet googlemaps slideshow vc_row vc_column vc_column_text et_pb_section et_pb_row".split()
)


@dataclass
class Code:
    """One shortcode: ``[name key="value" word]inside[/name]``."""

    name: str
    inside: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)


def expand(text: str, writers: dict[str, Callable[[Code], str]], on_unknown: Callable[[str], None]) -> str:
    """Return ``text`` with the codes that ``writers`` knows replaced by what they write.

    A code that nobody knows goes, and the words between its two halves stay; ``on_unknown`` is told its
    name. Bracketed words that are no code (no attributes, no second half) stay as they are, and so do
    codes in doubled brackets, with one pair of them. Costs linear time.
    """
    return "".join(_Expansion(text, writers, on_unknown).pieces())


class _Expansion:
    """Reads one text from left to right."""

    def __init__(
        self, text: str, writers: dict[str, Callable[[Code], str]], on_unknown: Callable[[str], None]
    ) -> None:
        self.text = text
        self.writers = writers
        self.on_unknown = on_unknown
        self.codes = list(_CODE.finditer(text))
        # Where each name begins and ends, so that its other half is found without looking at all codes.
        self.places: dict[tuple[str, str], list[int]] = {}
        for position, code in enumerate(self.codes):
            self.places.setdefault((code[2], code[3].lower()), []).append(position)

    def pieces(self) -> Iterator[str]:
        at = position = 0
        halves: Counter[str] = Counter()
        while position < len(self.codes):
            code = self.codes[position]
            name, is_end = code[3].lower(), bool(code[2])
            yield self.text[at : code.start()]
            at = code.end()
            end = None if is_end else self._next("/", name, position)
            if code[1] and code[5]:
                yield code[0][1:-1]
            elif name in self.writers and not is_end:
                made = _read(name, code[4])
                if end is not None and name in _PAIRED and not self._opens_again(name, position, end):
                    made.inside = self.text[at : self.codes[end].start()]
                    position, at = end, self.codes[end].end()
                # A bracket of the text that happens to touch a code stays.
                yield f"{code[1]}{self.writers[name](made)}{code[5]}"
            elif is_end and halves[name]:
                halves[name] -= 1
                yield f"{code[1]}{code[5]}"
            elif name in self.writers or name in _PLUGINS or "=" in code[4] or end is not None:
                halves[name] += end is not None
                self.on_unknown(name)
                yield f"{code[1]}{code[5]}"
            else:
                yield code[0]
            position += 1
        yield self.text[at:]

    def _next(self, half: str, name: str, position: int) -> int | None:
        places = self.places.get((half, name), [])
        found = bisect_right(places, position)
        return places[found] if found < len(places) else None

    def _opens_again(self, name: str, position: int, end: int) -> bool:
        again = self._next("", name, position)
        return again is not None and again < end


def _read(name: str, inner: str) -> Code:
    code = Code(name)
    for key, double, single, bare, word in _ATTRIBUTE.findall(inner):
        if key:
            code.attributes[key.lower()] = html.unescape(double or single or bare)
        elif word != "/":
            code.words.append(html.unescape(word))
    return code
