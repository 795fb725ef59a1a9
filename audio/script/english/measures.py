"""Per cents, units, sizes."""

import re

from audio.script.english.attributes import is_attribute
from audio.script.english.money import MAGNITUDES
from audio.script.english.numbers import BEFORE, DASH, NUMBER, is_one, spoken

_UNITS = {
    "mm": "millimetre",
    "cm": "centimetre",
    "m": "metre",
    "km": "kilometre",
    "mi": "mile",
    "yd": "yard",
    "mg": "milligram",
    "kg": "kilogram",
    "g": "gram",
    "t": "tonne",
    "oz": "ounce",
    "lb": "pound",
    "lbs": "pound",
    "ml": "millilitre",
    "cl": "centilitre",
    "l": "litre",
    "L": "litre",
    "ha": "hectare",
    "s": "second",
    "sec": "second",
    "secs": "second",
    "ms": "millisecond",
    "min": "minute",
    "mins": "minute",
    "h": "hour",
    "hr": "hour",
    "hrs": "hour",
    "W": "watt",
    "kW": "kilowatt",
    "MW": "megawatt",
    "GW": "gigawatt",
    "Wh": "watt-hour",
    "kWh": "kilowatt-hour",
    "MWh": "megawatt-hour",
    "GWh": "gigawatt-hour",
    "TWh": "terawatt-hour",
    "V": "volt",
    "kV": "kilovolt",
    "dB": "decibel",
    "kB": "kilobyte",
    "KB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "TB": "terabyte",
    "kcal": "kilocalorie",
    "kJ": "kilojoule",
}
# One word for one and for many.
_SAME = {
    "ft": "feet",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "mph": "miles per hour",
    "kph": "kilometres per hour",
    "kmh": "kilometres per hour",
    "mpg": "miles per gallon",
    "rpm": "revolutions per minute",
    "ppm": "parts per million",
    "hp": "horsepower",
    "pp": "percentage points",
    "°C": "degrees Celsius",
    "°F": "degrees Fahrenheit",
    "°": "degrees",
}
_POWERS = {"²": "square ", "2": "square ", "³": "cubic ", "3": "cubic ", None: ""}
_LONG_FIRST = sorted([*_UNITS, *_SAME], key=len, reverse=True)
_UNIT = "(?:" + "|".join(unit.replace("°", r"°\s?") for unit in _LONG_FIRST) + ")"
_POWER = "(?:(?<=m)([²³23])|(?<=ft)([²³23]))?"
_END = r"(?![\w²³°])"

_PAGES = re.compile(r"(?<=\d)\spp?\b\.?(?!\s?\d)")
_PER_CENT = re.compile(
    rf"(?<![\w.,])([-−+±])?{BEFORE}({NUMBER})(?:(\s?%|\s?per cent)?{DASH}({NUMBER}))?"
    r"\s?(%|‰|per cent\b|percent\b)"
)
_FEET_INCHES = re.compile(
    rf"{BEFORE}(\d{{1,2}})(?:\s?ft|['′])\s?(\d{{1,2}}(?:\.\d)?)(?:\s?in\b|[\"″])?(?!\w)"
)
_INCHES = re.compile(rf"{BEFORE}({NUMBER})(?:in\b|″)(?=\.?$|[ ,;)-])")
_BY = re.compile(rf"(?<=\d)\s?(?:{_UNIT})?\s?[×x]\s?(?=\d)")
_MEASURE = re.compile(
    rf"(?<![\w])([-−+±])?{BEFORE}({NUMBER})(?:{DASH}({NUMBER}))?([\s-]?)({_UNIT}){_POWER}"
    rf"(?:/({_UNIT}){_POWER}|/(day|week|month|year|person|head|minute|hour|second|litre|tonne))?{_END}"
)
_PER = re.compile(
    r"(?<=[a-z])\s?/\s?(kg|km|km²|m|m²|m2|ha|t|l|h|hr|s|g|kWh|MWh|day|week|month|year|person|head)\b(?![²\w])"
)
_IN_BRACKETS = re.compile(rf"\(({_UNIT}){_POWER}(?:/({_UNIT}){_POWER})?\)|\((%)\)")
_ALONE = re.compile(r"(?<=[a-z] )(km|kg|cm|mm|mph|kWh|MWh|GW|MW|kW)(?=[ ,.;)]|$)")
_SIZE = re.compile(rf"{BEFORE}(?<!\w)({NUMBER})(?:{DASH}({NUMBER}))?\s?(bn|trn|tn|mn)\b")
_LARGE = re.compile(rf"{BEFORE}(?<!\w)({NUMBER})(?:{DASH}({NUMBER}))?(m|k)\b(?=(\s[a-z]+)?(\s[a-z]+)?)")
_SIGNS = {"-": "minus ", "−": "minus ", "+": "plus ", "±": "plus or minus ", None: ""}
_DEGREES_MINUTES = re.compile(r"(?<=\d)°\s?(\d{1,2})['′](?:\s?([NSEW])\b)?")
# What is so many metres, and what there are millions of.
_METRES = frozenset(
    "long wide deep high tall away apart below above from of race sprint hurdles relay freestyle".split()
)
_MILLIONS = frozenset("people men women children".split())


def speak(text: str) -> str:
    """Say the measures in ``text``: “10–12 %” is “ten to twelve per cent”."""
    text = _PAGES.sub(" pages", _PER_CENT.sub(_per_cent, text))
    text = _DEGREES_MINUTES.sub(_degrees, text)
    text = _FEET_INCHES.sub(lambda match: f"{spoken(match[1])} foot {spoken(match[2])}", text)
    text = _INCHES.sub(_inches, text)
    text = _SIZE.sub(lambda match: _sized(match, MAGNITUDES[match[3]]), text)
    text = _LARGE.sub(_large, text)
    text = _BY.sub(" by ", text) if "=" not in text else text
    text = _MEASURE.sub(_measure, text)
    text = _IN_BRACKETS.sub(_in_brackets, text)
    text = _PER.sub(lambda match: f" per {_one(match[1])}", text)
    return _ALONE.sub(lambda match: _word(match[1], is_single=False), text)


def _sized(match: re.Match[str], size: str) -> str:
    return f"{_low_to_high(match[1], match[2])} {size}"


def _low_to_high(low: str, high: str | None) -> str:
    return f"{spoken(low)} to {spoken(high)}" if high else spoken(low)


def _per_cent(match: re.Match[str]) -> str:
    sign, low, mark, high, unit = match.groups()
    said = " per mille" if unit == "‰" else " per cent"
    first = spoken(low) + (said if mark else "")
    return _SIGNS[sign] + (f"{first} to {spoken(high)}" if high else first) + said


def _degrees(match: re.Match[str]) -> str:
    points = {"N": " north", "S": " south", "E": " east", "W": " west"}
    return f" degrees {spoken(match[1].lstrip('0') or '0')} minutes{points.get(match[2], '')}"


def _inches(match: re.Match[str]) -> str:
    is_single = is_one(match[1]) or is_attribute(match) or match.string[match.end() : match.end() + 1] == "-"
    return f"{spoken(match[1])} {'inch' if is_single else 'inches'}"


def _large(match: re.Match[str]) -> str:
    if match[3] == "k" and (match[4] or "").strip() in ("run", "race"):
        return f"{_low_to_high(match[1], match[2])} K"
    if match[3] == "k":
        return _sized(match, "thousand")
    following, then = (match[4] or "").strip(), (match[5] or "").strip()
    if following in _METRES:
        return match[0]
    is_plural = any(len(word) > 2 and word.endswith("s") for word in (following, then))
    return _sized(match, "million") if is_plural or following in _MILLIONS else match[0]


def _measure(match: re.Match[str]) -> str:
    sign, low, high, joint, unit, power, power_ft, per, per_power, per_power_ft, per_word = match.groups()
    # “747s” are aeroplanes.
    if unit == "s" and not joint:
        return match[0]
    is_single = (is_one(low) and not high) or joint == "-" or is_attribute(match)
    said = _word(unit, is_single=is_single, power=power or power_ft)
    if per or per_word:
        said += f" per {_one(per, per_power or per_power_ft) if per else per_word}"
    return f"{_SIGNS[sign]}{_low_to_high(low, high)} {said}"


def _in_brackets(match: re.Match[str]) -> str:
    if match[7]:
        return "(per cent)"
    said = _word(match[1], is_single=False, power=match[2] or match[3])
    return f"(in {said}{f' per {_one(match[4], match[5])}' if match[4] else ''})"


def _one(unit: str, power: str | None = None) -> str:
    bare = unit.rstrip("²³2")
    power = power or (unit[len(bare) :] or None)
    return _word(bare, is_single=True, power=power) if bare in _UNITS else unit


def _word(unit: str, *, is_single: bool, power: str | None = None) -> str:
    unit = unit.replace(" ", "")
    if unit in _SAME:
        same = _SAME[unit]
        if is_single:
            same = {"feet": "foot", "degrees": "degree"}.get(same, same.replace("degrees", "degree", 1))
        return _POWERS[power] + same
    return _POWERS[power] + _UNITS[unit] + ("" if is_single else "s")
