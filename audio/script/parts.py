"""What a script is made of."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

# Raise it when the same words shall be spoken otherwise, so that all recordings are made anew.
RULES = 1


@dataclass(frozen=True)
class Sentence:
    """One breath of the voice: ``text`` as the eye reads it, ``spoken`` as the voice is given it."""

    text: str
    spoken: str


@dataclass(frozen=True)
class Block:
    """One paragraph, heading or the like.

    ``block`` is its place among the top-level elements of ``Article.body_html``, nothing for what stands
    outside the body. ``kind`` is one of headline, byline, standfirst, correction, heading, paragraph,
    quotation, list, table, caption, note. ``text`` is what the eye reads and ``digest`` the digest of that,
    to which a ``Wording`` is bound. ``is_worded`` says that an editor's words are spoken instead; without any
    the block is left out and has no sentences.
    """

    block: int | None
    kind: str
    text: str
    digest: str
    sentences: tuple[Sentence, ...]
    is_worded: bool = False


@dataclass(frozen=True)
class Script:
    """An article as it is read aloud, from its headline to its last word."""

    language: str
    blocks: tuple[Block, ...]

    @cached_property
    def fingerprint(self) -> str:
        """What a recording is made from, in 64 letters: of everything that is spoken, not of the voice."""
        spoken = [
            [block.block, block.kind, [(sentence.text, sentence.spoken) for sentence in block.sentences]]
            for block in self.blocks
            if block.sentences
        ]
        said = json.dumps([RULES, self.language, spoken], ensure_ascii=False)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def sentences(self) -> Iterator[tuple[Block, Sentence]]:
        """Yield every sentence with the block it stands in, in the order of reading."""
        for block in self.blocks:
            for sentence in block.sentences:
                yield block, sentence


def digest_of(text: str) -> str:
    """Return the digest of a block's ``text``, in 64 letters. How it is spaced makes no difference."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()
