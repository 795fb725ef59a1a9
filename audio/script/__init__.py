"""From an article's blocks to the text that a voice reads."""

from audio.script.gathering import language_of, pronunciations, script_of, scripts_of
from audio.script.parts import RULES, Block, Script, Sentence, digest_of

__all__ = [
    "RULES",
    "Block",
    "Script",
    "Sentence",
    "digest_of",
    "language_of",
    "pronunciations",
    "script_of",
    "scripts_of",
]
