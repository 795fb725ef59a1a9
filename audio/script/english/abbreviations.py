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
# Before these come roman numerals as well, and years before those alone.
_ROMAN = frozenset("p pp vol vols ch chap pt fig app".split())
_OF_YEARS = frozenset({"b", "d", "est"})
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
_SAINT = re.compile(r"\b(Sts?)(\.?)(?=[\s,;:!?)-]|$|'s)")
_SAINTLY = re.compile(r"[\s-]([A-Z][a-z]+)")
_SAINTS = frozenset(
    "Agnes Albans Andrew Andrews Anne Asaph Augustine Austell Barnabas Bartholomew Bernard Catherine "
    "Christopher Clair Cuthbert David Denis Dunstan Edmund Edmunds Elmo Francis George Giles Helena "
    "Helens Ives James John Joseph Kitts Laurence Leonards Louis Lucia Luke Magnus Margaret Mark "
    "Martin Mary Matthew Michael Moritz Neots Nicholas Pancras Patrick Paul Peter Petersburg Stephen "
    "Swithin Thomas Vincent".split()
)
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
}
_WORD = re.compile(
    r"(?<![\w.&/-])("
    + "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
    + r")(?![\w]|\.\w)"
)
_COUNTY = re.compile(r"\bCo\.(?=\s[A-Z][a-z])")
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
    text = _COUNTY.sub(_county, text)
    text = _VERSUS.sub(" versus ", text)
    return _WORD.sub(_word, text)


def _numbered(match: re.Match[str]) -> str:
    word, name = match[1], match[1].lower()
    has_point = match[2].startswith(".")
    following = match.string[match.end() : match.end() + 4]
    if not has_point and name not in _POINTLESS and not _is_house(match, following):
        return match[0]
    if not following[0].isdecimal() and not (name in _ROMAN and (has_point or len(name) > 1)):
        return match[0]
    # “C. 4” may be anything.
    if len(word) == 1 and word.isupper() and name != "p":
        return match[0]
    if name in _OF_YEARS and not (len(following) == 4 and following.isdecimal()):
        return match[0]
    said = _BEFORE_NUMBER[name]
    return (said.capitalize() if word[0].isupper() else said) + " "


def _is_house(match: re.Match[str], following: str) -> bool:
    """Whether “No 10” is a number: one at the beginning says that there were not ten of them."""
    is_known = re.match(r"1[01](?!\d)", following) is not None
    return match[1] == "No" and (is_known or bool(match.string[: match.start()].strip("\"'( ")))


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
    saintly = _SAINTLY.match(match.string, match.end())
    if match[1] == "Sts":
        return "Saints" if saintly else match[0]
    before = _word_before(match)
    is_named = before[:1].isupper() and before.isalpha() and before not in _LEADS_TO_SAINT
    is_named = is_named or before.endswith(("th", "nd", "rd"))
    if saintly and (saintly[1] in _SAINTS or not is_named):
        return "Saint"
    return "Street" + _stop(match)


def _county(match: re.Match[str]) -> str:
    before = _word_before(match)
    return "Company" if before in ("&", "and") or before[:1].isupper() else "County"


def _stop(match: re.Match[str]) -> str:
    """The point of an abbreviation ends the sentence too, if nothing follows."""
    return "." if match[2] and not match.string[match.end() :].strip("\"' )") else ""


def _word(match: re.Match[str]) -> str:
    word = match[1]
    is_last = not match.string[match.end() :].strip("\"' )")
    return _WORDS[word] + ("." if word.endswith(".") and is_last else "")
