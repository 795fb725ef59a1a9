"""Dates, years, decades."""

import re

from audio.script.english.numbers import BEFORE, cardinal, ordinal, plural

_MONTHS = {
    "January": "Jan",
    "February": "Feb",
    "March": "Mar",
    "April": "Apr",
    "May": "May",
    "June": "Jun",
    "July": "Jul",
    "August": "Aug",
    "September": "Sept?",
    "October": "Oct",
    "November": "Nov",
    "December": "Dec",
}
_NAMES = tuple(_MONTHS)
_MONTH = "(?:" + "|".join(f"{name}|{short}\\.?(?![a-z])" for name, short in _MONTHS.items()) + ")"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_NTH = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:1[1-9]|20)\d\d(?!\d)"
_WEEKDAYS = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}

_ISO = re.compile(rf"(?<![\d-])({_YEAR})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\d-])")
_SLASHED = re.compile(r"(?<![\d/.])(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d\d)(?![\d/]|\.\d)")
_WEEKDAY = re.compile(
    rf"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:s|rs|urs)?\.?,?(?=\s(?:the\s)?(?:{_DAY}{_NTH}\s(?:of\s)?{_MONTH}|{_MONTH}\s\d))"
)
_DAY_FIRST = re.compile(
    rf"(?:\b(the|a|an|his|her|its|their|our|my|your|this|that|last|next|'s)\s)?"
    rf"{BEFORE}({_DAY}){_NTH}(?:\s?[–-]\s?({_DAY}){_NTH})?\s(?:of\s)?({_MONTH})\b\.?(?:,?\s({_YEAR}))?",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"\b({_MONTH})\s({_DAY}){_NTH}(?:\s?[–-]\s?({_DAY}){_NTH})?(?![\d:%]|[.,]\d|[a-z])"
    rf"(?:(?:,\s?|\s)({_YEAR}))?(?!\s(?:per cent|million|billion|people))"
)
_MONTH_YEAR = re.compile(rf"\b({_MONTH}),?\s({_YEAR})")
_MONTH_ALONE = re.compile(r"\b(Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\b\.?(?=\s|[,;:)–-]|$)")
_BETWEEN_DATES = re.compile(r"(?<=[a-z])\s?[–—]\s?(?=the \w+ of )")

_DECADE = re.compile(r"(?<![\d.,$£€¥])'?((?:1[1-9]|20)\d0|[2-9]0)'?s\b")
_NOUGHTIES = re.compile(r"(?<![\d.,\w])'?00s\b")
_SHORT_YEAR = re.compile(r"(?<!\w)'(\d\d)(?![\d'])")
_YEARS = re.compile(
    rf"(?<![\w.,$£€¥/])({_YEAR})\s?([–/-])\s?({_YEAR}|\d\d(?!\d)|(?<=/)\d(?!\d))(?![\w%/]|[.,]\d)"
)
_ERA = re.compile(r"(?<![\d.,])(\d{1,4})\s?(BCE?|AD|CE)\b|\b(AD)\s(\d{1,4})(?!\d)")
_LONE = re.compile(
    rf"(?<![\d.,$£€¥/:+−])(?<!\d[-–])({_YEAR}|10[1-9]\d(?!\d))(?![\w%°²³/:]|[.,]\d|\s?[–-]\s?\d)(?:\s([a-z]+))?"
)

# After these a bare number of four figures is a year, whatever comes next.
_LEADS = frozenset(
    "in since by until till during before from circa year years spring summer autumn winter early late mid "
    "christmas easter".split()
)
# After these it is the number of something.
_NUMBERED = frozenset(
    "page pages number numbers no nos room flight line note section paragraph verse".split()
)
# What ends in s and is counted by nobody.
_UNCOUNTED = frozenset("was is has does as this its his hers us thus perhaps always besides across".split())
_COUNTED = frozenset("people men women children metres words florins per million billion sheep fish".split())


def year(value: int) -> str:
    """Return how the year ``value`` is said: 1908 is “nineteen oh eight”, 2004 “two thousand and four”."""
    century, rest = divmod(value, 100)
    if value < 1000 or 2000 <= value < 2010:
        return cardinal(value)
    if rest == 0:
        return f"{cardinal(century)} hundred" if century % 10 else cardinal(value)
    return f"{cardinal(century)} {_two(rest)}"


def _two(rest: int) -> str:
    return f"oh {cardinal(rest)}" if rest < 10 else cardinal(rest)


def day_in_words(day: int, month: int, of_year: int | None = None) -> str:
    """Return “the third of May, twenty twenty-four”."""
    return f"the {ordinal(day)} of {_NAMES[month - 1]}" + (f", {year(of_year)}" if of_year else "")


def speak(text: str, *, month_first: bool = False) -> str:
    """Say the dates, years and decades in ``text``; ``month_first`` reads 3/5 as the fifth of March."""
    text = _ISO.sub(lambda match: day_in_words(int(match[3]), int(match[2]), int(match[1])), text)
    text = _SLASHED.sub(lambda match: _slashed(match, month_first), text)
    text = _WEEKDAY.sub(lambda match: _WEEKDAYS[match[1]], text)
    text = _DAY_FIRST.sub(_day_first, text)
    text = _MONTH_FIRST.sub(_month_first, text)
    text = _MONTH_YEAR.sub(lambda match: f"{_name(match[1])} {year(int(match[2]))}", text)
    text = _MONTH_ALONE.sub(lambda match: _name(match[1]), text)
    text = _BETWEEN_DATES.sub(" to ", text)
    return _years(text)


def _years(text: str) -> str:
    text = _DECADE.sub(lambda match: _decade(match[1]), text)
    text = _NOUGHTIES.sub("noughties", text)
    text = _SHORT_YEAR.sub(lambda match: _two(int(match[1])), text)
    text = _YEARS.sub(_span, text)
    text = _ERA.sub(_era, text)
    return _LONE.sub(_lone, text)


def _name(month: str) -> str:
    return next(name for name in _NAMES if name[:3] == month[:3].title())


def _slashed(match: re.Match[str], month_first: bool) -> str:
    day, month = int(match[1]), int(match[3])
    if month_first or month > 12:
        day, month = month, day
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match[0]
    of_year = int(match[4])
    if of_year < 100:
        of_year += 2000 if of_year < 50 else 1900
    return day_in_words(day, month, of_year)


def _day_first(match: re.Match[str]) -> str:
    lead, first, last, month, of_year = match.groups()
    if not month[0].isupper():
        return match[0]
    said = ordinal(int(first))
    if last:
        said += f" to the {ordinal(int(last))}"
    said += f" of {_name(month)}" + (f", {year(int(of_year))}" if of_year else "")
    return f"{lead} {said}" if lead else f"the {said}"


def _month_first(match: re.Match[str]) -> str:
    month, first, last, of_year = match.groups()
    said = f"{_name(month)} the {ordinal(int(first))}"
    if last:
        said += f" to the {ordinal(int(last))}"
    return said + (f", {year(int(of_year))}" if of_year else "")


def _decade(number: str) -> str:
    value = int(number)
    if value < 100:
        return plural(cardinal(value))
    century, rest = divmod(value, 100)
    if not rest:
        return plural(year(value))
    return f"{cardinal(century)} {plural(cardinal(rest))}"


def _span(match: re.Match[str]) -> str:
    if len(match[3]) == 1:
        return f"{year(int(match[1]))} {cardinal(int(match[3]))}"
    last = _two(int(match[3])) if len(match[3]) == 2 else year(int(match[3]))
    return f"{year(int(match[1]))} {'' if match[2] == '/' else 'to '}{last}"


def _era(match: re.Match[str]) -> str:
    number, era = (match[1], match[2]) if match[1] else (match[4], match[3])
    said = year(int(number))
    letters = {"AD": "eh D", "BC": "B C", "BCE": "B C E", "CE": "C E"}[era]
    return f"{said} {letters}" if match[1] else f"{letters} {said}"


def _lone(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 24) : match.start()].lower()
    words = re.split(r"[^a-z]+", before)
    lead = words[-1] or (words[-2] if len(words) > 1 else "")
    following = match[2] or ""
    tail = f" {match[2]}" if match[2] else ""
    is_counted = following in _COUNTED or (
        len(following) > 2
        and following.endswith("s")
        and not following.endswith("ss")
        and following not in _UNCOUNTED
    )
    # There is one year of those that everybody knows.
    is_early = int(match[1]) < 1100 and match[1] != "1066" and lead not in _LEADS
    is_number = is_early or lead in _NUMBERED or following in _COUNTED or (is_counted and lead not in _LEADS)
    return (cardinal(int(match[1])) if is_number else year(int(match[1]))) + tail
