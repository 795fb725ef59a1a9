"""What WordPress writes in square brackets: galleries, captions, sounds, films, embeds."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_CODE = re.compile(r"\[(\[?)(/?)([A-Za-z][A-Za-z0-9_-]{1,40})((?:[\s=:][^\[\]]{0,2000})?)/?\](\]?)")
_ATTRIBUTE = re.compile(r"([A-Za-z][\w-]{0,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))|(\S+)")

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
    codes = list(_CODE.finditer(text))
    endings: dict[str, list[int]] = {}
    for position, code in enumerate(codes):
        if code[2]:
            endings.setdefault(code[3].lower(), []).append(position)
    return "".join(_pieces(text, codes, endings, writers, on_unknown))


def _pieces(
    text: str,
    codes: list[re.Match[str]],
    endings: dict[str, list[int]],
    writers: dict[str, Callable[[Code], str]],
    on_unknown: Callable[[str], None],
) -> Iterator[str]:
    at = position = 0
    begun: dict[str, int] = {}
    while position < len(codes):
        code = codes[position]
        name = code[3].lower()
        position += 1
        yield text[at : code.start()]
        at = code.end()
        if code[1] and code[5]:
            yield code[0][1:-1]
            continue
        # A bracket of the text that happens to touch a code stays.
        yield code[1]
        later = endings.get(name, [])
        while later and later[0] < position - 1:
            later.pop(0)
        if name in writers and not code[2]:
            made = _read(name, code[4])
            if later:
                end = codes[later[0]]
                opens_again = any(c[3].lower() == name and not c[2] for c in codes[position : later[0]][:1])
                if not opens_again:
                    made.inside = text[at : end.start()]
                    position, at = later[0] + 1, end.end()
            yield writers[name](made)
        elif code[2] and begun.get(name):
            begun[name] -= 1
        elif name in writers or name in _PLUGINS or "=" in code[4] or (later and not code[2]):
            if later and not code[2]:
                begun[name] = begun.get(name, 0) + 1
            on_unknown(name)
        else:
            yield code[0].removeprefix("[" if code[1] else "").removesuffix("]" if code[5] else "")
        yield code[5]
    yield text[at:]


def _read(name: str, inner: str) -> Code:
    code = Code(name)
    for key, double, single, bare, word in _ATTRIBUTE.findall(inner):
        if key:
            code.attributes[key.lower()] = html.unescape(double or single or bare)
        elif word != "/":
            code.words.append(html.unescape(word))
    return code
