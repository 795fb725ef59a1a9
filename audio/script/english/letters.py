"""Initials, acronyms and codes: what is said letter by letter, and what only looks so."""

import re

# Written in capitals and said as words.
_WORDS = frozenset(
    "AIDS ASEAN AWOL BAFTA BREXIT BRICS CAPTCHA CERN COBRA COP COVID DEFRA EFTA FEMA FIFA FOMO GATT GIF IKEA "
    "INTERPOL ISIS JPEG LASER LED NAFTA NASA NATO NIMBY OFCOM OFGEM OFSTED OFWAT OPEC OXFAM PIN QUANGO RADA "
    "RADAR RAM ROM SARS SCUBA SIM SMART SONAR SWAT TED UEFA UNESCO UNICEF UNHCR YIMBY ZIP ASCII WASP LIBOR "
    "BASIC COBOL FORTRAN".split()
) - {"LED", "UNHCR"}
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
    text = _PLURAL.sub(lambda match: f"{_code(match[1])}{'s' if _is_word(match[1]) else chr(39) + 's'}", text)
    text = _RUN.sub(_run, text)
    return _LETTER_FIGURE.sub(" ", _FIGURE_LETTER.sub(" ", text))


def _dotted(match: re.Match[str]) -> str:
    is_last = not match.string[match.end() :].strip("\"' )")
    return spelled(match[0]) + ("." if is_last else "")


def _code(letters: str) -> str:
    return letters.capitalize() if _is_word(letters) else spelled(letters)


def _run(match: re.Match[str]) -> str:
    """A run of words in capitals: a sign is read as a sentence, acronyms are spelled."""
    words = re.findall("[A-Z]+", match[0])
    shouted = len(words) > 1 and any(word in _COMMON or len(word) > 5 for word in words if len(word) > 1)
    shouted = shouted and not all(len(word) == 1 or word in _WORDS for word in words)
    if shouted and len(words) == 2 and words[0] in ("I", "A"):
        # “A BBC man”, “I, IT”: a sentence that begins with one word of one letter.
        shouted = words[1] in _COMMON - _ALSO_LETTERS
    if shouted:
        return _quietly(match[0])
    text, at, said = match[0], 0, []
    # A plural or a possessive ending is small: “MPs”, “the BBC's”.
    for word in re.finditer("[A-Z]{2,}", text):
        said += [text[at : word.start()], _acronym(word[0], is_alone=len(words) == 1)]
        at = word.end()
    return "".join([*said, text[at:]])


def _quietly(text: str) -> str:
    quiet = re.sub(
        r"[A-Z]+", lambda word: word[0] if word[0] == "I" or word[0] in _WORDS else word[0].lower(), text
    )
    return quiet[0].upper() + quiet[1:]


def _acronym(word: str, *, is_alone: bool) -> str:
    if word in _COMMON and word not in _ALSO_LETTERS:
        return word.lower()
    return word.capitalize() if _is_word(word) else spelled(word)


def _is_word(word: str) -> bool:
    """Whether one would say it as a word: “NATO”, “LIFT”, not “BBC” and “GCHQ”."""
    if word in _WORDS:
        return True
    if len(word) < 4:
        return False
    inner = [letter in _VOWELS for letter in word]
    # At most two consonants in a row, at most two vowels, and one of each.
    runs = "".join("v" if is_vowel else "c" for is_vowel in inner)
    return "v" in runs and "ccc" not in runs and "vvv" not in runs and runs != "v" * len(runs)
