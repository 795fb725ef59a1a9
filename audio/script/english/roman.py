"""Roman numerals: of kings, chapters, wars. Never “I” by itself, nor words such as “mix”."""

import re

from audio.script.english.dates import year
from audio.script.english.numbers import cardinal, ordinal

_LETTERS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
# Canonical ones alone; the lookahead keeps out the empty one.
_FORM = r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_RULERS = (
    "Albert|Alexander|Alfonso|Benedict|Boniface|Carl|Carlos|Catherine|Charles|Christian|Clement|David|Edmund|"
    "Edward|Elizabeth|Emmanuel|Felipe|Ferdinand|Francis|Frederick|Friedrich|George|Gregory|Gustav|Haakon|Harald|"
    "Henri|Henry|Innocent|Ivan|James|Joan|John|Joseph|Juan|Julius|Kenneth|Leo|Leopold|Louis|Ludwig|Malcolm|"
    "Margaret|Margrethe|Mary|Maximilian|Mehmed|Murad|Napoleon|Nicholas|Olav|Oscar|Otto|Paul|Peter|Philip|Pius|"
    "Ptolemy|Ramesses|Ramses|Richard|Robert|Rudolf|Selim|Sixtus|Stephen|Umberto|Urban|Victor|Wilhelm|William"
)
_PARTS = (
    "Chapter|Volume|Vol|Part|Book|Act|Scene|Article|Section|Appendix|Phase|Stage|Type|Class|Figure|Fig|Table|"
    "Title|Canto|Psalm|Schedule|Mark|Mk|Division|Grade|Category|Level|Band|Plate|Map|Number|Sonata|Symphony|"
    "Pillar|Annex|Protocol|Round|Series|Quarto|Factor|Corps|Apollo|Olympiad"
)
_RULER = re.compile(rf"\b({_RULERS})\s({_FORM})(?=$|[\s'.,;:!?)\"–—-])")
_TITLED = re.compile(
    rf"\b((?:King|Queen|Pope|Tsar|Tsarina|Kaiser|Emperor|Empress|Sultan|Prince|Duke)\s[A-Z][a-z'-]+)\s({_FORM})\b"
)
_SPEAKS = re.compile(
    r"(?:'(?:m|ve|d|ll)\b|\s(?:am|have|do|don't|think|know|can|will|would|should|love|want)\b)"
)
_WAR = re.compile(
    r"\b(World War|Great War|Punic War|Vatican|Super Bowl|Rocky|Godfather)\s(I{1,3}|IV|VI{0,3})\b"
)
_PART = re.compile(rf"\b({_PARTS}|{_PARTS.upper()})(s?\.?)\s({_FORM})(?:\s?([–-]|and|to)\s?({_FORM}))?(?!\w)")
_SMALL_PART = re.compile(
    r"\b([Cc]hapter|[Vv]olume|[Vv]ol|[Pp]art|[Bb]ook|[Aa]ct|[Ss]cene|[Pp]ages?|pp?|[Nn]ote|[Cc]anto|[Ss]ection)"
    r"(\.?)\s((?=[ivxl])(?:x[cl]|l?x{0,4})(?:ix|iv|v?i{0,3}))(?:[–-]((?=[ivxl])(?:x[cl]|l?x{0,4})(?:ix|iv|v?i{0,3})))?(?!\w)"
)
_LONE = re.compile(rf"(?<![\w.&'/-])((?=[IVXLCDM]{{2}}){_FORM})(st|nd|rd|th)?(?![\w&/]|'[a-z]{{2}}|-[a-z])")
_CENTURY = re.compile(rf"\b({_FORM})(?:th)?(?=[\s-]centur)")
# Other things than numbers.
_WORDS = frozenset("CD CC CV CM DC DI DM DL LI MC MD MI MM MDI MIX XL XXL DIM DVD LCD DIV".split())
_DRIPS = re.compile(r"\s(?:drip|line|fluids?|bag|therapy)\b")


def value(numeral: str) -> int:
    """Return the number that a roman ``numeral`` in capitals says."""
    total = before = 0
    for letter in reversed(numeral):
        number = _LETTERS[letter]
        total += number if number >= before else -number
        before = max(before, number)
    return total


def speak(text: str) -> str:
    """Say the roman numerals in ``text``: “Henry VIII” is “Henry the Eighth”."""
    text = _SMALL_PART.sub(_small_part, text)
    if not any(letter in text for letter in "IVXLCDM"):
        return text
    text = _RULER.sub(_ruler, text)
    text = _TITLED.sub(_ruler, text)
    text = _WAR.sub(lambda match: f"{match[1]} {cardinal(value(match[2])).title()}", text)
    text = _PART.sub(_part, text)
    text = _CENTURY.sub(lambda match: ordinal(value(match[1])), text)
    return _LONE.sub(_lone, text)


def _ruler(match: re.Match[str]) -> str:
    name, numeral = match[1], match[2]
    # “But for George I would have gone”, and the man who was called so.
    if numeral == "I" and _SPEAKS.match(match.string, match.end()):
        return match[0]
    if (name, numeral) == ("Malcolm", "X"):
        return match[0]
    return f"{name} the {ordinal(value(numeral)).capitalize()}"


def _part(match: re.Match[str]) -> str:
    name, ending, first, joint, last = match.groups()
    said = f"{name}{ending} {cardinal(value(first))}"
    if last:
        said += f" {'to' if joint in '–-' else joint} {cardinal(value(last))}"
    return said


def _small_part(match: re.Match[str]) -> str:
    said = f"{match[1]}{match[2]} {cardinal(value(match[3].upper()))}"
    return said + (f" to {cardinal(value(match[4].upper()))}" if match[4] else "")


def _lone(match: re.Match[str]) -> str:
    numeral, nth = match[1], match[2]
    if numeral in _WORDS or (numeral == "IV" and _DRIPS.match(match.string, match.end())):
        return match[0]
    number = value(numeral)
    if nth:
        return ordinal(number)
    return year(number) if 1100 <= number < 2100 and len(numeral) > 3 else cardinal(number)
