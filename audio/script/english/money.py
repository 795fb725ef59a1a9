"""Sums of money."""

import re

from audio.script.english.attributes import is_attribute
from audio.script.english.numbers import BEFORE, DASH, NUMBER, cardinal, is_one, spoken

# (one, several, a hundredth, hundredths)
_POUND = ("pound", "pounds", "penny", "pence")
_EURO = ("euro", "euros", "cent", "cents")
_DOLLAR = ("dollar", "dollars", "cent", "cents")


def _named(name: str, currency: tuple[str, str, str, str]) -> tuple[str, str, str, str]:
    one, several, hundredth, hundredths = currency
    return f"{name} {one}", f"{name} {several}", hundredth, hundredths


_SIGNS = {
    "US$": _named("U S", _DOLLAR),
    "NZ$": _named("New Zealand", _DOLLAR),
    "HK$": _named("Hong Kong", _DOLLAR),
    "A$": _named("Australian", _DOLLAR),
    "C$": _named("Canadian", _DOLLAR),
    "S$": _named("Singapore", _DOLLAR),
    "£": _POUND,
    "€": _EURO,
    "$": _DOLLAR,
    "¥": ("yen", "yen", "sen", "sen"),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₩": ("won", "won", "jeon", "jeon"),
    "₽": ("rouble", "roubles", "kopeck", "kopecks"),
    "₺": ("lira", "lira", "kurush", "kurush"),
    "₪": ("shekel", "shekels", "agora", "agorot"),
    "GBP": _POUND,
    "EUR": _EURO,
    "USD": _named("U S", _DOLLAR),
    "AUD": _named("Australian", _DOLLAR),
    "CAD": _named("Canadian", _DOLLAR),
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
    "JPY": ("yen", "yen", "sen", "sen"),
    "SEK": ("Swedish krona", "Swedish kronor", "öre", "öre"),
    "NOK": ("Norwegian krone", "Norwegian kroner", "øre", "øre"),
    "DKK": ("Danish krone", "Danish kroner", "øre", "øre"),
}
MAGNITUDES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion"} | {
    "tn": "trillion",
    "trn": "trillion",
}
_MAGNITUDE = r"(?:\s?(bn|trn|tn|mn|m|k|b|billion|million|trillion|thousand|hundred|dozen)\b)?"
_SIGN = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_SUM = re.compile(
    rf"(?<![\w$£€¥])([-−]\s?)?({_SIGN})\s?([-−])?{BEFORE}({NUMBER}){_MAGNITUDE}"
    rf"(?:\s?[–—-]\s?(?:{_SIGN})?\s?({NUMBER}){_MAGNITUDE})?"
)
_SIGN_LAST = re.compile(
    rf"{BEFORE}(?<![\w.])({NUMBER}){_MAGNITUDE}\s?([£$€¥₹]|(?:GBP|EUR|USD|CHF|JPY|SEK|NOK|DKK)\b)(?!\d)"
)
_PENCE = re.compile(rf"{BEFORE}(?<!\w)({NUMBER})(?:{DASH}({NUMBER}))?(p|¢)(?!\w)")


def speak(text: str) -> str:
    """Say the sums in ``text``: “$4.5bn” is “four point five billion dollars”."""
    text = _SUM.sub(_sum, text)
    text = _SIGN_LAST.sub(lambda match: _plain(match, match[1], match[2], match[3]), text)
    return _PENCE.sub(_pence, text)


def _sum(match: re.Match[str]) -> str:
    minus, sign, inner_minus, low, low_size, high, high_size = match.groups()
    said = "minus " if minus or inner_minus else ""
    if high is None:
        return said + _plain(match, low, low_size, sign)
    if low_size or high_size:
        first = f"{spoken(low)} {_size(low_size)}" if low_size and low_size != high_size else spoken(low)
        last = f"{spoken(high)} {_size(high_size or low_size or '')}"
        return f"{said}{first.strip()} to {last.strip()} {_several(match, sign)}"
    if "." in low or "." in high:
        return f"{said}{_whole(low, sign)} to {_whole(high, sign)}"
    return f"{said}{spoken(low)} to {spoken(high)} {_several(match, sign)}"


def _plain(match: re.Match[str], number: str, size: str | None, sign: str) -> str:
    if size:
        return f"{spoken(number)} {_size(size)} {_several(match, sign)}"
    if is_attribute(match) and "." not in number:
        return f"{spoken(number)} {_SIGNS[sign][0]}"
    return _whole(number, sign)


def _several(match: re.Match[str], sign: str) -> str:
    return _SIGNS[sign][0 if is_attribute(match) else 1]


def _size(size: str) -> str:
    return MAGNITUDES.get(size, size)


def _whole(number: str, sign: str) -> str:
    """A sum without a size: two figures after the point are pence."""
    one, several, hundredth, hundredths = _SIGNS[sign]
    whole, _, decimals = number.partition(".")
    if len(decimals) != 2:
        return f"{spoken(number)} {one if is_one(number) else several}"
    small = f"{cardinal(int(decimals))} {hundredth if int(decimals) == 1 else hundredths}"
    large = f"{spoken(whole)} {one if is_one(whole) else several}"
    if int(decimals) == 0:
        return large
    return small if whole == "0" else f"{large} and {small}"


def _pence(match: re.Match[str]) -> str:
    low, high, sign = match.groups()
    one, several = ("penny", "pence") if sign == "p" else ("cent", "cents")
    if high:
        return f"{spoken(low)} to {spoken(high)} {several}"
    is_single = is_one(low) or (is_attribute(match) and sign == "¢")
    return f"{spoken(low)} {one if is_single else several}"
