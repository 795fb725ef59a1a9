"""Whether a measure stands before what it measures: “a £2m plan” is a two million *pound* plan."""

import re

_NOUN_FOLLOWS = re.compile(
    r"(?:-a-[a-z]|[ -](?!(?:and|or|to|in|of|on|for|from|is|was|by|at|than|as|a|per|each)\b)[a-z])"
)


def is_attribute(match: re.Match[str]) -> bool:
    """Whether ``match`` stands between “a” and a noun."""
    text = match.string
    before = text[max(0, match.start() - 4) : match.start()].lower()
    is_led = before.endswith((" a ", " an ", '"a ', "'a ")) or before in ("a ", "an ")
    return is_led and _NOUN_FOLLOWS.match(text, match.end()) is not None
