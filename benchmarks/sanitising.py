"""What it costs to take in a body: honest articles of growing length, then hostile ones.

Run ``python -m benchmarks.sanitising``. Prints CPU milliseconds of ``clean`` and ``render``,
the best of three for honest texts; for each hostile shape of one million characters, and
for the same shape cut to just under the limit, the time and how it ended; and the peak
memory of the process.
"""

import resource
import time
from collections.abc import Callable, Iterator

from django.conf import settings

from articles import rendering, sanitising

MILLION = 1_000_000

_SENTENCE = "The harbour master kept two ledgers, one for the council and <em>one</em> for the sea. "
_LINK = 'She had <a href="/politics/the-tide-tables/">said so before</a> &amp; said it again. '


def honest(words: int) -> str:
    """Return an article of about ``words`` words, with what real ones have in them."""
    blocks, count = [], 0
    while count < words:
        number = len(blocks)
        blocks.append(f"<p>{_SENTENCE * 5}{_LINK}</p>")
        count += 15 * 5 + 9
        if number % 8 == 3:
            blocks.append("<h2>What the ledgers said</h2>")
        if number % 12 == 5:
            blocks.append(f"<blockquote><p>{_SENTENCE}</p></blockquote>")
        if number % 20 == 7:
            blocks.append(f'<figure data-image="{number}"><figcaption>A quay</figcaption></figure>')
        if number % 25 == 9:
            blocks.append('<p>So it is said.<sup class="fn" data-note="By the clerk."></sup></p>')
    return "".join(blocks)


def hostile(size: int = MILLION) -> Iterator[tuple[str, str]]:
    """Yield named shapes of ``size`` characters that have kept parsers busy.

    Those too rich in tags come again, cut to what the guard lets in.
    """
    repeated = {
        **{f"open {t}": f"<{t}>" for t in ("b", "p", "div", "ul", "li", "blockquote", "table", "td")},
        **{f"close {t}": f"</{t}>" for t in ("b", "p", "div", "br", "table", "a")},
        **{f"empty {t}": f"<{t}></{t}>" for t in ("b", "p", "a", "div", "svg", "script")},
        **{f"pair {a} {b}": f"<{a}><{b}></{a}>" for a, b in (("b", "p"), ("a", "div"), ("i", "b"))},
        **{f"open {t}": f"<{t}>" for t in ("svg", "math", "script", "style", "template", "select")},
        "items in lists": "<ul><li>",
        "bold paragraphs": "<p><b>",
        "links in tables": "<a href=x><table>",
        "unclosed quotes": '<a href="',
        "unclosed apostrophes": "<a title='",
        "angles": "<",
        "angle letters": "<a",
        "angle slashes": "</",
        "comments": "<!--",
        "short comments": "<!-->",
        "declarations": "<!",
        "instructions": "<?",
        "sections": "<![CDATA[",
        "ampersands": "&",
        "entities": "&lt;",
        "half entities": "&l",
        "numbers": "&#x",
        "breaks": "<br>",
        "rules": "<hr>",
        "paragraphs": "<p>x",
        "markers": "<hr data-paywall>",
        "notes": '<sup class="fn" data-note="n"></sup>',
        "links": '<a href="/x/">y</a>',
        "letters": "a",
        "words": "word ",
        "spaces": " ",
        "gaps": "\u00a0",
        "newlines": "\n",
        "nulls": "\x00",
        "combining": "e\u0301",
        "rows": "<tr><td>x",
        "dashes": "--",
        "back-slashes": "\\",
    }
    for name, piece in repeated.items():
        yield name, piece * (size // len(piece))
        weight = max(piece.count("<"), piece.count(">")) + piece.count("&") + piece.count("\u00a0")
        if weight:
            fitting = piece * min(size // len(piece), (sanitising.MAX_PIECES - 10) // weight)
            yield f"{name}, fitting", fitting
    yield "attributes", "<p " + " ".join(f"a{n}" for n in range(size // 8)) + ">"
    yield "equal attributes", "<p " + "a=1 " * (size // 4) + ">"
    yield "long attribute", '<p id="' + "a" * size + '">'
    yield "long name", "<" + "a" * size + ">"
    yield "long address", '<a href="https://' + "a." * (size // 2) + 'example">x</a>'
    yield "long note", f'<p>x<sup class="fn" data-note="{"n" * size}"></sup></p>'
    yield "long shown host", '<a href="https://a.example/">' + "a." * (size // 2) + "com</a>"
    yield "long shown name", '<a href="https://a.example/">' + "a-" * (size // 2) + "</a>"
    yield "shown at", '<a href="https://a.example/">' + "a@" * (size // 2) + "</a>"
    yield "hidden attributes", '<style><a title="</style><b ' + "x " * (size // 2)
    yield "deep and shut", "<div>" * (size // 11) + "</div>" * (size // 11)
    yield "different runs", "".join(f'<em lang="a{chr(97 + n % 26)}">' for n in range(size // 15))
    yield "shown wwws", '<a href="https://a.example/">' + "www.a," * 150 + "</a>" * (size // 999)
    yield "combining runs", '<a href="/x/">' + "\u0315\u0300" * (size // 2) + "</a>"
    yield "combining heading", "<h2>a" + "\u0315\u0300" * (size // 2) + "</h2>"
    notes = '<p>x<sup class="fn" data-note=\'' + '"' * 3_900 + "'></sup></p>"
    yield "quotes in notes", notes * (size // len(notes))
    yield "apostrophes in links", ('<a href="/' + "'" * 1_900 + '">x</a>') * (size // 1_920)
    yield "one long line", "<pre>" + "x\n" * (size // 2) + "</pre>"
    yield "wide table", "<table><tr>" + "<td colspan=1000>" * (size // 17) + "</table>"


def cost(work: Callable[[], object]) -> tuple[float, str]:
    """Return the CPU milliseconds of ``work`` and how it ended."""
    started = time.process_time()
    try:
        work()
        ending = "cleaned"
    except sanitising.RefusedHTML:
        ending = "refused"
    return (time.process_time() - started) * 1000, ending


def main() -> None:
    settings.configure(USE_I18N=False)
    print(f"{'honest words':>14} {'characters':>11} {'clean':>9} {'render':>9}   (CPU ms)")
    for words in (1_000, 5_000, 20_000, 40_000):
        body = honest(words)
        cleaning = min(cost(lambda b=body: sanitising.clean(b))[0] for _ in range(3))
        rendering_ms = min(
            cost(lambda b=body: rendering.render(b, addresses={}, pictures={}))[0] for _ in range(3)
        )
        print(f"{words:>14} {len(body):>11} {cleaning:>9.0f} {rendering_ms:>9.0f}")

    print(f"\n{'hostile shape':<26} {'1 MB':>9} {'':<8} {'at limit':>9}")
    worst = 0.0
    small = dict(hostile(sanitising.MAX_CHARACTERS - 100))
    for name, body in hostile():
        whole_ms, whole_end = cost(lambda b=body: sanitising.clean(b))
        cut_ms, cut_end = cost(lambda b=small[name]: sanitising.clean(b))
        worst = max(worst, whole_ms, cut_ms)
        print(f"{name:<26} {whole_ms:>9.0f} {whole_end:<8} {cut_ms:>9.0f} {cut_end}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nworst {worst:.0f} ms, peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main()
