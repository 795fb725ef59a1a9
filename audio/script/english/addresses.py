"""Addresses of the web and of the post, handles and hashtags."""

import re

_ENDINGS = (
    "com|org|net|info|biz|edu|gov|mil|int|eu|uk|ie|fr|de|es|it|nl|be|ch|at|se|no|dk|fi|pl|pt|gr|us|ca|au|nz|"
    "in|jp|cn|io|tv|me|news|press|example|test"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})"
_HOST = rf"(?:{_LABEL}\.){{1,8}}(?:{_ENDINGS})\b(?![.-]?[A-Za-z0-9])"

_MAIL = re.compile(
    rf"(?<![\w.+-])(?:mailto:)?([\w.+-]{{1,64}})@((?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,24}})(?![\w-])"
)
_WEB = re.compile(r"(?<![\w@.])(?:https?|ftp)://([^\s/?#<>\"'()]{1,255})([^\s<>\"']{0,2000})", re.I)
_BARE = re.compile(rf"(?<![\w@./:-])({_HOST})([/?#][^\s<>\"']{{0,2000}})?")
_HANDLE = re.compile(r"(?<![\w@.])@([A-Za-z_]\w{0,63})")
_HASHTAG = re.compile(r"(?<![\w#&])#([A-Za-z_]\w{0,99})")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|_")
_ENDS = ".,;:!?)]}'\""
_SHORT_PATH = re.compile(r"/([a-z]{1,20})/?")
# Said as letters; the others are words.
_LETTERS = frozenset("uk eu us tv ie fr de es nl ch nz io jp cn au".split())
_MARKS = {".": " dot ", "-": " dash ", "_": " underscore ", "+": " plus "}


def speak(text: str) -> str:
    """Say every address in ``text``: “letters at halyard dot org”.

    Of a web address the host is said, and what follows only if it is one short word. Nobody can follow more
    by ear.
    """
    if "@" in text:
        text = _MAIL.sub(lambda match: f"{_dotted(match[1])} at {_host(match[2])}", text)
        text = _HANDLE.sub(lambda match: f"at {_humps(match[1])}", text)
    if "#" in text:
        text = _HASHTAG.sub(lambda match: f"hashtag {_humps(match[1])}", text)
    if "." in text or "//" in text:
        text = _WEB.sub(_web, text)
        text = _BARE.sub(_web, text)
    return text


def _web(match: re.Match[str]) -> str:
    host, rest = match[1], match[2] or ""
    whole = host + rest
    ends = whole[len(whole.rstrip(_ENDS)) :]
    host = host.rstrip(_ENDS).rpartition("@")[2].partition(":")[0]
    path = _SHORT_PATH.fullmatch(rest.rstrip(_ENDS))
    said = _host(host) + (f" slash {path[1]}" if path else "")
    return said + ends


def _host(host: str) -> str:
    labels = host.lower().removeprefix("www.").split(".")
    said = [_dotted(label) for label in labels[:-1]]
    last = labels[-1]
    said.append(" ".join(last.upper()) if last in _LETTERS and len(labels) > 1 else last)
    return " dot ".join(said)


def _dotted(word: str) -> str:
    return " ".join("".join(_MARKS.get(letter, letter) for letter in word).split())


def _humps(name: str) -> str:
    words = _HUMP.sub(" ", name).split()
    return " ".join(word if word.isupper() else word.lower() for word in words)
