"""What several numbers say together: from–to, scores, fractions, ratios, telephone numbers."""

import re

from audio.script.english.numbers import BEFORE, NUMBER, cardinal, figures, ordinal, plural, spoken

_FRACTIONS = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5)} | {
    "⅗": (3, 5),
    "⅘": (4, 5),
    "⅙": (1, 6),
    "⅚": (5, 6),
    "⅐": (1, 7),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
    "⅑": (1, 9),
    "⅒": (1, 10),
}
_SIGN = "".join(_FRACTIONS)
_DENOMINATORS = frozenset([*range(2, 13), 16, 20, 25, 32, 50, 64, 100, 1000])
# Of these the figures are names.
_NAMED = {"24/7": "twenty-four seven", "9/11": "nine eleven", "7/7": "seven seven", "50/50": "fifty-fifty"}

_TELEPHONE = re.compile(
    r"(?<![\w.,+])(?:\+\d{1,3}[ -]?)?(?:\(0\d{0,5}\)[ -]?)?\d(?:[ -]?\d){6,14}(?![\d.,]?\d)"
)
# As they are written across the ocean.
_WITH_HYPHENS = re.compile(r"(?:1-)?\d{3}-\d{3}-\d{4}|\d{3}-0\d{3}")
_SERIAL = re.compile(r"\b(ISBN|ISSN)(?:-1[03])?:?\s?((?:[\dX]-?){8,17})(?!\w)")
_NAMED_PAIR = re.compile(r"(?<![\w/.,-])(24/7|9/11|7/7|50/50)(?![\w/])")
_MIXED = re.compile(rf"(?:{BEFORE}(\d{{1,6}})\s?)?([{_SIGN}])")
_MIXED_SLASH = re.compile(r"(?<![\w.,/])(\d{1,3}) (\d{1,2})/(\d{1,3})(?![\d/]|[.,]\d)")
_FRACTION = re.compile(r"(?<![\w.,/-])(\d{1,3})/(\d{1,4})(ths|rds|th|rd)?(?![\w/]|[.,]\d)")
_FORMATION = re.compile(r"(?<![\w.,–-])\d{1,2}(?:[–-]\d{1,2}){2,5}(?![\w–-]|[.,]\d)")
_PAIR = re.compile(r"(?<![\w.,–-])(\d{1,3})[–-](\d{1,3})(?![\d–-]|[.,]\d)")
_RANGE = re.compile(rf"(?<![–-]){BEFORE}({NUMBER})\s?[–—]\s?({NUMBER})|{BEFORE}({NUMBER})-({NUMBER})(?!-\d)")
_HALF_RANGE = re.compile(r"(?<=[a-z])[–—-](?=\d)")
_HALF_A = re.compile(r"\b(?:a|one) half (?=an? )")
_RATIO = re.compile(rf"(?<![\d.,:])({NUMBER}):({NUMBER})(?![\d:])")
_TIMES = re.compile(r"(?<=\d)\s?[×x]\s?(?=\d)")
_MULTIPLE = re.compile(rf"{BEFORE}({NUMBER})\s?[×x](?![\w])")
_PLUS = re.compile(rf"{BEFORE}({NUMBER})\+(?!\s?\d)")
_SCORED = re.compile(
    r"\b(?:w[io]ns?|winning|beats?|beaten|beating|los[et]s?|losing|dr[ea]wn?|draws?|defeat(?:s|ed)?|score[ds]?|le[da]ds?|"
    r"victory|final|goals?|half-time|trailing|trailed|ahead|set|match|game)\b"
)


def speak(text: str) -> str:
    """Say the pairs of numbers in ``text``: “won 3–1” is “three one”, “3–7” is “three to seven”."""
    text = _SERIAL.sub(lambda match: f"{match[1]} {_serial(match[2])}", text)
    text = _TELEPHONE.sub(_telephone, text)
    text = _NAMED_PAIR.sub(lambda match: _NAMED[match[1]], text)
    text = _MIXED.sub(lambda match: _mixed(match[1], *_FRACTIONS[match[2]]), text)
    text = _MIXED_SLASH.sub(_mixed_slash, text)
    text = _FRACTION.sub(_fraction, text)
    text = _FORMATION.sub(lambda match: " ".join(cardinal(int(n)) for n in re.split("[–-]", match[0])), text)
    text = _PAIR.sub(_pair, text)
    text = _RANGE.sub(lambda match: f"{spoken(match[1] or match[3])} to {spoken(match[2] or match[4])}", text)
    text = _RATIO.sub(lambda match: f"{spoken(match[1])} to {spoken(match[2])}", text)
    text = _TIMES.sub(" times " if "=" in text else " by ", text)
    text = _MULTIPLE.sub(lambda match: f"{spoken(match[1])} times", text)
    text = _PLUS.sub(lambda match: f"more than {spoken(match[1])}", text)
    text = _HALF_A.sub("half ", text)
    return _HALF_RANGE.sub(" ", text)


def _telephone(match: re.Match[str]) -> str:
    number = match[0]
    count = sum(figure.isdecimal() for figure in number)
    is_local = _WITH_HYPHENS.fullmatch(number) is not None
    if (number[0] not in "+0(" and not is_local) or not 7 <= count <= 15:
        return number
    groups = [figures(group) for group in re.split(r"[ ()-]+", number) if group.strip("+")]
    return ("plus " if number[0] == "+" else "") + ", ".join(groups)


def _serial(number: str) -> str:
    return ", ".join(
        " ".join([figures(group), *("X" * group.count("X"))]) for group in number.split("-") if group
    )


def _fraction_words(count: int, parts: int) -> str:
    if parts == 2:
        return "a half" if count == 1 else f"{cardinal(count)} halves"
    name = "quarter" if parts == 4 else ordinal(parts)
    return f"{'a' if count == 1 else cardinal(count)} {name if count == 1 else plural(name)}"


def _mixed(whole: str | None, count: int, parts: int) -> str:
    said = _fraction_words(count, parts)
    return f"{spoken(whole)} and {said}" if whole else said


def _mixed_slash(match: re.Match[str]) -> str:
    count, parts = int(match[2]), int(match[3])
    if not 0 < count < parts or parts not in _DENOMINATORS:
        return match[0]
    return _mixed(match[1], count, parts)


def _fraction(match: re.Match[str]) -> str:
    count, parts = int(match[1]), int(match[2])
    if (0 < count < parts and parts in _DENOMINATORS) or (match[3] and parts):
        said = _fraction_words(count, parts)
        return said.replace("a ", "one ", 1) if count == 1 else said
    return f"{spoken(match[1])} {spoken(match[2])}"


def _pair(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    before = match.string[max(0, match.start() - 40) : match.start()]
    if max(first, last) <= 20 and (first >= last or _SCORED.search(before)):
        return f"{_goals(first)} {_goals(last)}"
    return f"{spoken(match[1])} to {spoken(match[2])}"


def _goals(number: int) -> str:
    return cardinal(number) if number else "nil"
