"""Times of the day."""

import re

from audio.script.english.numbers import DASH, cardinal

_HALF = r"\s?([ap])\.?\s?m\b(?:\.(?=\s[a-z]))?"
_CLOCK = r"([01]?\d|2[0-4])[.:]([0-5]\d)"
_WITH_HALF = re.compile(
    rf"(?<![\d.:,])(?:(1?\d|2[0-4])(?:[.:]([0-5]\d))?(?:\s?([ap])\.?\s?m\b\.?)?(?:{DASH}|\s(to|and)\s))?"
    rf"(1?\d|2[0-4])(?:[.:]([0-5]\d))?{_HALF}",
    re.I,
)
_COLONS = re.compile(r"(?<![\d.:,])([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?:\s?(?:hrs|hours)\b)?(?![\d:])")
_SPAN = re.compile(rf"(?<![\d.:,]){_CLOCK}{DASH}{_CLOCK}(?![\d.:%])")
# Written with a point a time looks like any decimal: it is one after such a word, or before such a word.
_AFTER = re.compile(
    rf"\b(at|until|till|before|after)((?:\s(?:nearer|nearly|about|around|exactly|precisely))?\s){_CLOCK}"
    r"(?![.:]?\d|\s?[%/–-])(?=(?:\s([a-z]+))?)"
)
_NOON = re.compile(
    r"\b(noon|midday|midnight)\s?[–-]\s?(?=[a-z])|(?<=[a-z.])\s?[–-]\s?(?=(?:noon|midday|midnight)\b)"
)
_TRAIN = re.compile(
    rf"\b([Tt]he)\s{_CLOCK}(?=\s(?:to|for|from|train|bus|boat|ferry|sailing|service|tram|departure|arrival)\b)"
)
# Before these it is an amount, and before what ends in s.
_AMOUNTS = frozenset(
    "per million billion trillion thousand of people km m cm mm kg g t l ml mg ha h min".split()
)
_NOT_AMOUNTS = frozenset("is was has does as this his its".split())


def clock(hour: int, minute: int) -> str:
    """Return what a clock says: “eight forty-five”, “eight oh five”, “eight o'clock”, “thirteen hundred”."""
    if minute == 0:
        if hour in (0, 24):
            return "midnight"
        return f"{cardinal(hour)} o'clock" if hour <= 12 else f"{cardinal(hour)} hundred"
    minutes = f"oh {cardinal(minute)}" if minute < 10 else cardinal(minute)
    return f"{cardinal(hour) if hour else 'nought'} {minutes}"


def speak(text: str) -> str:
    """Say the times in ``text``."""
    text = _WITH_HALF.sub(_with_half, text)
    text = _SPAN.sub(_span, text)
    text = _COLONS.sub(_colons, text)
    text = _NOON.sub(lambda match: f"{match[1] or ''} to ", text)
    text = _AFTER.sub(_after, text)
    return _TRAIN.sub(lambda match: f"{match[1]} {clock(int(match[2]), int(match[3]))}", text)


def _with_half(match: re.Match[str]) -> str:
    hour, minute, half, word, last_hour, last_minute, last_half = match.groups()
    said = f"{_short(last_hour, last_minute)} {last_half.lower()}.m."
    if hour is None:
        return said
    first = _short(hour, minute) + (f" {half.lower()}.m." if half else "")
    return f"{first} {word or 'to'} {said}"


def _short(hour: str, minute: str | None) -> str:
    if not minute or minute == "00":
        return cardinal(int(hour))
    return clock(int(hour), int(minute))


def _span(match: re.Match[str]) -> str:
    first, last = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
    if ":" not in match[0] and last <= first:
        return match[0]
    return f"{clock(*first)} to {clock(*last)}"


def _colons(match: re.Match[str]) -> str:
    said = clock(int(match[1]), int(match[2]))
    if not match[3]:
        return said
    return f"{cardinal(int(match[1]))} {cardinal(int(match[2]))} and {cardinal(int(match[3]))} seconds"


def _after(match: re.Match[str]) -> str:
    following = match[5] or ""
    is_amount = following in _AMOUNTS or (following.endswith("s") and following not in _NOT_AMOUNTS)
    return match[0] if is_amount else f"{match[1]}{match[2]}{clock(int(match[3]), int(match[4]))}"
