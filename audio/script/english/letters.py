"""Initials, acronyms and codes: what is said letter by letter, and what only looks so."""

import re

# Written in capitals and said as words.
_WORDS = frozenset(
    "AIDS ASCII ASEAN AWOL BAFTA BASIC BREXIT BRICS CAPTCHA CERN COBOL COBRA COP COVID DEFRA EFTA "
    "FEMA FIFA FOMO FORTRAN GATT GIF IKEA INTERPOL ISIS JPEG LASER LIBOR NAFTA NASA NATO NIMBY OFCOM "
    "OFGEM OFSTED OFWAT OPEC OXFAM PIN QUANGO RADA RADAR RAM ROM SARS SCUBA SIM SMART SONAR SWAT TED "
    "UEFA UNESCO UNICEF WASP YIMBY ZIP".split()
)
# Words that stand in capitals only because somebody shouts, or paints a sign.
_COMMON = frozenset(
    "A I AN THE AND OR OF TO IN ON OFF AT BY FOR FROM IS ARE WAS WERE BE HE SHE WE YOU MY ME NO NOT "
    "YES DO DID DONT GO IF SO AS UP BUT ALL THIS THAT THESE THOSE WITH WILL HAS HAD HIS HER ITS OUR "
    "OUT OLD NEW ONE TWO NOW NEVER PLEASE STOP KEEP PUSH PULL OPEN SHUT EXIT WAY WHO WHAT WHY HOW "
    "HERE THERE MR MRS DR AGAIN THEN END YOUR THEIR THEY THEM CAN MAY MUST SHALL IT US".split()
)
# Said letter by letter when nothing around them shouts.
_ALSO_LETTERS = frozenset({"IT", "US", "WHO", "ME"})

_DOTTED = re.compile(r"(?<![\w.])(?:[A-Z]\.){2,8}(?=$|[^\w]|(?=[A-Z]))|(?<![\w.])(?:[a-z]\.){3,6}(?!\w)")
_HALF_DAY = re.compile(r"\b([ap])\.\s?m\.")
_INITIALS = re.compile(r"(?<![\w.'])((?:[A-Z]\.[ -]?){1,5})(?=[A-Z][a-z'])")
_LONE_INITIAL = re.compile(r"(?<![\w.'])([A-Z])\.(?=\s[A-Z])")
_RUN = re.compile(
    r"(?<![\w'])[A-Z]+(?:'[A-Z]+)?(?:[ ,-]{1,2}(?:[A-Z]+(?:'[A-Z]+)?|\d{1,4})(?!\w)){0,40}(?!\w)"
)
_CAPITALS = re.compile(r"[A-Z]+")
_PLURAL = re.compile(r"(?<![\w'])([A-Z]{2,12})s(?!\w)")
_CODE = re.compile(r"(?<![\w.])([A-Z]{1,5})-?(?=\d)")
_FIGURE_LETTER = re.compile(r"(?<=\d)-?(?=[A-Za-z])")
_LETTER_FIGURE = re.compile(r"(?<=[A-Za-z])-?(?=\d)")
_MIXED = re.compile(r"(?<![\w.])(pH|BSc|MSc|BPhil|eBay|iOS|tRNA|mRNA|hi-fi|wi-fi|Wi-Fi)(?!\w)")
_MIXED_SAID = {
    "pH": "P H",
    "BSc": "B S C",
    "MSc": "M S C",
    "iOS": "I O S",
    "tRNA": "T R N eh",
    "mRNA": "M R N eh",
    "Wi-Fi": "wifi",
    "wi-fi": "wifi",
}
_VOWELS = frozenset("AEIOUY")


def spelled(letters: str) -> str:
    """Return ``letters`` one by one. A is written “eh”: by itself voices take it for the article."""
    return " ".join("eh" if letter == "A" else letter for letter in letters.upper() if letter.isalpha())


def speak(text: str) -> str:
    """Say initials, acronyms and codes in ``text``: “the BBC” is “the B B C”, “NATO” a word, “M25” “M 25”."""
    text = _HALF_DAY.sub(lambda match: f"{match[1]}.m.", text)
    text = _DOTTED.sub(_dotted, text)
    text = _INITIALS.sub(lambda match: f"{spelled(match[1])} ", text)
    text = _LONE_INITIAL.sub(lambda match: spelled(match[1]), text)
    text = _MIXED.sub(lambda match: _MIXED_SAID.get(match[1], match[1]), text)
    text = _CODE.sub(lambda match: f"{_code(match[1])} ", text)
    text = _PLURAL.sub(_plural, text)
    text = _RUN.sub(_run, text)
    return _LETTER_FIGURE.sub(" ", _FIGURE_LETTER.sub(" ", text))


def _dotted(match: re.Match[str]) -> str:
    is_last = not match.string[match.end() :].strip("\"' )")
    return spelled(match[0]) + ("." if is_last else "")


def _code(letters: str) -> str:
    return letters.capitalize() if _is_word(letters) else spelled(letters)


def _plural(match: re.Match[str]) -> str:
    return _code(match[1]) + ("s" if _is_word(match[1]) else "'s")


def _run(match: re.Match[str]) -> str:
    """A run of words in capitals: a sign is read as a sentence, acronyms are spelled."""
    if _is_shouted(_CAPITALS.findall(match[0])):
        quiet = _CAPITALS.sub(_quietly, match[0])
        return quiet[0].upper() + quiet[1:]
    return _CAPITALS.sub(_acronym, match[0])


def _is_shouted(words: list[str]) -> bool:
    """Whether there are common words among several, or long ones: “US” and “IT” alone may be letters."""
    common = _COMMON if len(words) > 2 else _COMMON - _ALSO_LETTERS
    loud = (word in common or (len(word) > 5 and word not in _WORDS) for word in words if len(word) > 1)
    return len(words) > 1 and any(loud)


def _quietly(match: re.Match[str]) -> str:
    word = match[0]
    return word if word == "I" else word.capitalize() if word in _WORDS else word.lower()


def _acronym(match: re.Match[str]) -> str:
    word = match[0]
    if len(word) == 1:
        return word
    if word in _COMMON and word not in _ALSO_LETTERS:
        return word.lower()
    return word.capitalize() if _is_word(word) else spelled(word)


def _is_word(word: str) -> bool:
    """Whether one would say it as a word: “NATO”, “LIFT”, not “BBC” and “GCHQ”."""
    if word in _WORDS:
        return True
    if len(word) < 4:
        return False
    # Both vowels and consonants, and at most two of a kind in a row.
    kinds = "".join("v" if letter in _VOWELS else "c" for letter in word)
    return "v" in kinds and "ccc" not in kinds and "vvv" not in kinds
