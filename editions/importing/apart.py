"""What is done with a PDF from elsewhere, in a process of its own: ``python -I apart.py SOURCE FOLDER``.

Nothing of ours is imported here, and the environment is empty: whatever the file does to the libraries that
read it, it does in a process that may use so much time, memory and disk and no more, and that knows nothing.
It leaves three files in FOLDER: ``clean.pdf`` (the source, written anew without anything that acts),
``cover.jpg`` (its first page) and ``told.json`` (what was found). ``editions.importing.opening`` reads them.
"""

import json
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

MEGABYTE = 1024 * 1024
LIMITS = {
    resource.RLIMIT_AS: 1_536 * MEGABYTE,
    resource.RLIMIT_CPU: 60,
    resource.RLIMIT_FSIZE: 256 * MEGABYTE,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}
MOST_PAGES = 1_000
MOST_LETTERS_ON_A_PAGE = 60_000
MOST_LETTERS = 10_000_000
COVER_LONGEST = 2_000

# What a reader's program could be made to do by a file, wherever in it that stands.
ACTING_KEYS = (
    "/AA",
    "/OpenAction",
    "/JS",
    "/JavaScript",
    "/EmbeddedFiles",
    "/AF",
    "/EF",
    "/XFA",
    "/RichMedia",
)
ROOT_KEYS = ("/AcroForm", "/Collection", "/Perms", "/Requirements", "/Legal")
# The places where an action may hang, and the actions that only lead somewhere.
ACTION_KEYS = ("/A", "/PA", "/Next")
HARMLESS_ACTIONS = ("/GoTo", "/URI")
HARMLESS_ADDRESS = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
# Marks that lie on a page and show or do nothing but lead somewhere.
HARMLESS_MARKS = ("/Link", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly")


class Refused(Exception):
    """The file is not taken; the word says why."""


def limit() -> None:
    """Bind this process to its limits; a system that does not know one of them goes without it."""
    for what, most in LIMITS.items():
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):
            continue


def clean(source: Path, target: Path) -> list[str]:
    """Write ``source`` anew without what acts; return the keys that were taken out."""
    try:
        pdf = pikepdf.open(source)
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    except pikepdf.PdfError as error:
        raise Refused("damaged") from error
    with pdf:
        if not 1 <= len(pdf.pages) <= MOST_PAGES:
            raise Refused("pages")
        removed = set(_delete(pdf.Root, ROOT_KEYS))
        for page in pdf.pages:
            removed |= _keep_harmless_marks(page.obj)
        for one in pdf.objects:
            removed |= _quieten(one)
        pdf.save(target, deterministic_id=True, encryption=False)
    return sorted(removed)


def _delete(holder: Any, keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        if key in holder:
            del holder[key]
            yield key


def _keep_harmless_marks(page: Any) -> set[str]:
    marks = page.get("/Annots")
    if not isinstance(marks, pikepdf.Array):
        return set(_delete(page, ("/Annots",)))
    kept, removed = [], set()
    for mark in marks:
        kind = str(mark.get("/Subtype")) if isinstance(mark, pikepdf.Dictionary) else ""
        if kind in HARMLESS_MARKS:
            kept.append(mark)
        else:
            removed.add(kind or "/Annots")
    page["/Annots"] = pikepdf.Array(kept)
    return removed


def _quieten(one: Any) -> set[str]:
    """Take what acts out of an object and of all that stands inside it, however deep."""
    removed: set[str] = set()
    waiting = [one]
    while waiting:
        here = waiting.pop()
        if isinstance(here, pikepdf.Array):
            waiting += [inner for inner in here if _is_inside(inner)]
        elif isinstance(here, pikepdf.Dictionary | pikepdf.Stream):
            removed |= set(_delete(here, ACTING_KEYS))
            removed |= set(_delete(here, tuple(key for key in ACTION_KEYS if _acts(here.get(key)))))
            waiting += [here[key] for key in here.keys() if _is_inside(here[key])]  # noqa: SIM118
    return removed


def _is_inside(inner: Any) -> bool:
    """Whether ``inner`` stands where it was met: what stands elsewhere is an object and has its own turn."""
    return isinstance(inner, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream) and not inner.is_indirect


def _acts(action: Any) -> bool:
    """Whether this is an action that does more than to lead to a page or to a place on the web."""
    if isinstance(action, pikepdf.Array):
        return any(_acts(one) for one in action)
    if not isinstance(action, pikepdf.Dictionary) or "/S" not in action:
        return False
    if str(action.get("/S")) not in HARMLESS_ACTIONS:
        return True
    return "/URI" in action and not HARMLESS_ADDRESS.match(str(action.get("/URI")))


def look(source: Path, cover: Path) -> list[str]:
    """Draw the first page of ``source`` to ``cover``; return the text of each page."""
    pdf = pypdfium2.PdfDocument(source)
    texts, left = [], MOST_LETTERS
    for number in range(len(pdf)):
        page = pdf[number]
        if number == 0:
            _draw(page, cover)
        words = page.get_textpage()
        letters = min(words.count_chars(), MOST_LETTERS_ON_A_PAGE, left)
        texts.append(words.get_text_range(0, letters) if letters > 0 else "")
        left -= letters
        words.close()
        page.close()
    return texts


def _draw(page: Any, target: Path) -> None:
    scale = COVER_LONGEST / max(*page.get_size(), 1)
    image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    image.save(target, "JPEG", quality=92)


def main(source: Path, folder: Path) -> None:
    """Do it all; what goes wrong in a way we know is told, all else ends this process."""
    told: dict[str, Any] = {}
    try:
        told["removed"] = clean(source, folder / "clean.pdf")
        told["texts"] = look(folder / "clean.pdf", folder / "cover.jpg")
    except Refused as refusal:
        told["refused"] = str(refusal)
    except (pikepdf.PdfError, pypdfium2.PdfiumError) as error:
        told["refused"] = "damaged"
        told["detail"] = str(error)[:200]
    except MemoryError:
        told["refused"] = "too_much"
    (folder / "told.json").write_text(json.dumps(told))


if __name__ == "__main__":
    limit()
    main(Path(sys.argv[1]), Path(sys.argv[2]))
