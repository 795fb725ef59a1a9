"""Abbreviations: those before a number, titles, saints and streets, and the rest of the shelf."""

import re

_BEFORE_NUMBER = {
    "no": "number",
    "nos": "numbers",
    "nr": "number",
    "p": "page",
    "pp": "pages",
    "pg": "page",
    "vol": "volume",
    "vols": "volumes",
    "ch": "chapter",
    "chs": "chapters",
    "chap": "chapter",
    "fig": "figure",
    "figs": "figures",
    "art": "article",
    "arts": "articles",
    "sec": "section",
    "sect": "section",
    "para": "paragraph",
    "paras": "paragraphs",
    "pt": "part",
    "fol": "folio",
    "l": "line",
    "ll": "lines",
    "n": "note",
    "nn": "notes",
    "cl": "clause",
    "app": "appendix",
    "c": "around",
    "ca": "around",
    "circa": "around",
    "b": "born",
    "d": "died",
    "est": "established",
}
_SIGNS = {
    "§§": "sections",
    "§": "section",
    "№": "number",
    "¶": "paragraph",
    "#": "number",
    "~": "about",
    "≈": "about",
}
_NUMBERED = re.compile(
    r"\b(" + "|".join(sorted(_BEFORE_NUMBER, key=len, reverse=True)) + r")(\.\s?|\s)(?=\d|[ivxlIVXL]{1,6}\b)",
    re.I,
)
# Without a point these are words of their own, or letters.
_POINTLESS = frozenset("p pp vol vols ch fig figs c ca circa nos".split())
_YEARED = frozenset({"b", "d", "est"})
_SIGNED = re.compile(r"(§§|[§№¶#~≈])\s?(?=\d)")
_NOTE_OF_PAGE = re.compile(r"(?<=\d)n\.?(?=\d|\b)(?![a-z])")

_TITLES = {
    "Mr": "Mister",
    "Mrs": "Missus",
    "Ms": "Miz",
    "Messrs": "Messieurs",
    "Mme": "Madame",
    "Mlle": "Mademoiselle",
    "Prof": "Professor",
    "Rev": "Reverend",
    "Revd": "Reverend",
    "Hon": "Honourable",
    "Gen": "General",
    "Col": "Colonel",
    "Maj": "Major",
    "Capt": "Captain",
    "Lt": "Lieutenant",
    "Lieut": "Lieutenant",
    "Sgt": "Sergeant",
    "Cpl": "Corporal",
    "Cllr": "Councillor",
    "Sen": "Senator",
    "Rep": "Representative",
    "Gov": "Governor",
    "Pres": "President",
    "Supt": "Superintendent",
    "Insp": "Inspector",
    "Adm": "Admiral",
    "Bp": "Bishop",
    "Fr": "Father",
    "Sr": "Sister",
    "Mt": "Mount",
    "Ft": "Fort",
}
# As short as these they might be the end of a word with no point.
_DOTTED_TITLES = frozenset("Hon Gen Col Maj Sen Rep Gov Pres Insp Adm Bp Fr Sr Ft Rev".split())
_TITLE = re.compile(r"\b(" + "|".join(sorted(_TITLES, key=len, reverse=True)) + r")(\.?)\s(?=[A-Z]|and M)")
_RANKS = (
    (re.compile(r"\bLt\.?[ -]Col\b\.?"), "Lieutenant Colonel"),
    (re.compile(r"\bMaj\.?[ -]Gen\b\.?"), "Major General"),
)
_DOCTOR = re.compile(r"\b(Drs?)(\.?)(?=\s|$|[,;:!?)])")
_SAINT = re.compile(r"\b(Sts?|SS)(\.?)(?=[\s,;:!?)-]|$|'s)")
_SAINTLY = re.compile(r"[\s-][A-Z]")
# Before these names of streets a capital letter says nothing: “the High St” is one, “In St Ives” is not.
_LEADS_TO_SAINT = frozenset(
    "Great Little Mount Lake Port Fort Old New North South East West Bury Chalfont Ottery Lytham "
    "Burton Sir Lady Lord Mr Mrs Ms Dr In At To From The On Of By And But For With Near Then When "
    "Where As So If Yet Or Nor After Before Since Until Only Even Both Saint Bishop Father Sister "
    "Pope Parish Cathedral Church College Hospital School Upper Lower Inner Outer".split()
)
_WORDS = {
    "e.g.": "for example",
    "i.e.": "that is",
    "etc.": "et cetera",
    "etc": "et cetera",
    "viz.": "namely",
    "cf.": "compare",
    "et al.": "and others",
    "et al": "and others",
    "vs.": "versus",
    "vs": "versus",
    "approx.": "approximately",
    "ca.": "about",
    "c.": "about",
    "esp.": "especially",
    "incl.": "including",
    "excl.": "excluding",
    "max.": "maximum",
    "min.": "minimum",
    "avg.": "average",
    "dept.": "department",
    "Dept.": "Department",
    "govt": "government",
    "Govt": "Government",
    "Govt.": "Government",
    "govt.": "government",
    "univ.": "university",
    "Univ.": "University",
    "p.a.": "a year",
    "p.w.": "a week",
    "a.k.a.": "also known as",
    "aka": "also known as",
    "w/o": "without",
    "w/": "with",
    "c/o": "care of",
    "n/a": "not applicable",
    "N/A": "not applicable",
    "and/or": "and or",
    "ed.": "editor",
    "eds.": "editors",
    "trans.": "translated by",
    "ibid.": "in the same place",
    "Ibid.": "In the same place",
    "op. cit.": "in the work cited",
    "passim": "throughout",
    "Jr.": "Junior",
    "Jr": "Junior",
    "Jnr": "Junior",
    "Snr": "Senior",
    "Esq.": "Esquire",
    "Esq": "Esquire",
    "Ltd.": "Limited",
    "Ltd": "Limited",
    "Inc.": "Incorporated",
    "Corp.": "Corporation",
    "Bros.": "Brothers",
    "Bros": "Brothers",
    "plc": "P L C",
    "Ave.": "Avenue",
    "Rd.": "Road",
    "Rd": "Road",
    "Blvd.": "Boulevard",
    "Blvd": "Boulevard",
    "Sq.": "Square",
    "Ct.": "Court",
    "Ln.": "Lane",
    "Mt.": "Mount",
    "Nos.": "Numbers",
    "Ph.D.": "P H D",
    "PhD": "P H D",
    "PhDs": "P H D's",
    "&c.": "et cetera",
    "ff.": "and following",
    "DPhil": "D Phil",
    "OK": "okay",
    "O.K.": "okay",
    "vol.": "volume",
    "Vol.": "Volume",
    "vols.": "volumes",
    "pp.": "pages",
    "Co.": "Company",
    "appx.": "appendix",
    "tel.": "telephone",
    "Tel.": "Telephone",
    "fwd": "forward",
    "misc.": "miscellaneous",
    "anon.": "anonymous",
    "Anon.": "Anonymous",
    "b.": "born",
    "d.": "died",
}
_WORD = re.compile(
    r"(?<![\w.&/-])("
    + "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
    + r")(?![\w]|\.\w)"
)
# Only before a number, which the first rule has seen to.
_NUMBERED_ONLY = frozenset({"b.", "d.", "c."})
_COUNTY = re.compile(r"(?<!& )(?<!and )\bCo\.\s(?=[A-Z][a-z])(?<![A-Z][a-z]\sCo\.\s)")
_VERSUS = re.compile(r"(?<=\w)\sv\.?\s(?=[A-Z\"])")


def before_numbers(text: str) -> str:
    """Say what stands before a number: “No. 4” is “number four”, “c. 1340” “around 1340”."""
    text = _NUMBERED.sub(_numbered, text)
    text = _NOTE_OF_PAGE.sub(", note ", text) if re.search(r"\bpages?\s\d", text) else text
    return _SIGNED.sub(lambda match: f"{_SIGNS[match[1]]} ", text)


def speak(text: str) -> str:
    """Say the abbreviations of ``text``: “Dr. Smith, St. John St.” is “Doctor Smith, Saint John Street”."""
    text = _DOCTOR.sub(_doctor, text)
    text = _SAINT.sub(_saint, text)
    for pattern, rank in _RANKS:
        text = pattern.sub(rank, text)
    text = _TITLE.sub(_title, text)
    text = _COUNTY.sub("County ", text)
    text = _VERSUS.sub(" versus ", text)
    return _WORD.sub(_word, text)


def _numbered(match: re.Match[str]) -> str:
    word, point = match[1], match[2].startswith(".")
    name = word.lower()
    is_number = match.string[match.end() : match.end() + 1].isdecimal()
    if not point and name not in _POINTLESS and not _is_number(match):
        return match[0]
    if not is_number and name not in ("p", "pp", "vol", "vols", "ch", "chap", "pt", "fig", "app"):
        return match[0]
    if not point and not is_number and name in ("p", "c"):
        return match[0]
    if word.isupper() and len(word) == 1 and name != "p":
        return match[0]
    if name in _YEARED and not re.match(r"\d{4}", match.string[match.end() : match.end() + 4]):
        return match[0]
    said = _BEFORE_NUMBER[name]
    return (said.capitalize() if word[0].isupper() else said) + " "


def _is_number(match: re.Match[str]) -> bool:
    """Whether “No 10” is a house: not at the beginning, where it says that there were not ten of them."""
    following = match.string[match.end() : match.end() + 3]
    is_house = re.match(r"1[01](?!\d)", following) is not None
    return match[1] == "No" and (is_house or bool(match.string[: match.start()].strip("\"'( ")))


def _title(match: re.Match[str]) -> str:
    if match[1] in _DOTTED_TITLES and not match[2]:
        return match[0]
    return f"{_TITLES[match[1]]} "


def _word_before(match: re.Match[str]) -> str:
    words = match.string[max(0, match.start() - 40) : match.start()].split(" ")
    return words[-2] if len(words) > 1 and not words[-1] else ""


def _doctor(match: re.Match[str]) -> str:
    follows_name = re.match(r"\s[\"(]?[A-Z]", match.string[match.end() : match.end() + 4])
    if match[1] == "Drs":
        return "Doctors" if follows_name else match[0]
    before = _word_before(match)
    if not follows_name and before[:1].isupper() and before.isalpha() and before not in _LEADS_TO_SAINT:
        return "Drive" + _stop(match)
    return "Doctor" if follows_name else "doctor" + _stop(match)


def _saint(match: re.Match[str]) -> str:
    word = match[1]
    is_saintly = _SAINTLY.match(match.string, match.end()) is not None
    if word in ("Sts", "SS"):
        return "Saints" if is_saintly and word == "Sts" else match[0]
    before = _word_before(match)
    is_named = before[:1].isupper() and before.strip("'").isalpha() and before not in _LEADS_TO_SAINT
    is_named = is_named or before.endswith(("'s", "th", "nd", "rd", "first", "second", "third"))
    if is_saintly and not is_named:
        return "Saint"
    return "Street" + _stop(match) if is_named or not is_saintly else "Saint"


def _stop(match: re.Match[str]) -> str:
    """The point of an abbreviation ends the sentence too, if nothing follows."""
    return "." if match[2] and not match.string[match.end() :].strip("\"' )") else ""


def _word(match: re.Match[str]) -> str:
    word = match[1]
    if word in _NUMBERED_ONLY:
        return match[0]
    is_last = not match.string[match.end() :].strip("\"' )")
    return _WORDS[word] + ("." if word.endswith(".") and is_last else "")
