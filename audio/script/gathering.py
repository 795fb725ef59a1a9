"""The script of an article: what is read aloud of it, with what editors have said about that."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.conf import settings
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from articles.models import Article, Byline, Correction
from audio.models import Pronunciation, Wording
from audio.script import blocks, sentences
from audio.script.blocks import Line, Raw
from audio.script.english import dates
from audio.script.parts import Block, Script, Sentence, digest_of
from audio.script.pronouncing import Sayings, chosen
from audio.script.speaking import speakable

# The end of a whole block, and of a part of one that is cut in the middle of a sentence.
_ENDS = (".", "!", "?")
_PAUSES = (*_ENDS, ",", ";", ":")


def script_of(
    article: Article,
    *,
    bylines: Iterable[Byline] | None = None,
    corrections: Iterable[Correction] | None = None,
) -> Script:
    """Return the script of ``article`` as it stands in the row that was loaded.

    Two queries, and one each for the bylines and the corrections unless they are given or prefetched.
    """
    if bylines is None:
        is_loaded = "bylines" in getattr(article, "_prefetched_objects_cache", {})
        bylines = article.bylines.all() if is_loaded else article.bylines.select_related("author")
    return _script(
        article,
        article.body_html,
        bylines,
        article.corrections.all() if corrections is None else corrections,
        dict(article.wordings.values_list("block_digest", "spoken")),
        pronunciations(language_of(article)),
    )


def scripts_of(articles: Collection[Article]) -> dict[int, Script]:
    """Return the scripts of ``articles`` by their keys: five queries, however many there are."""
    keys = [article.pk for article in articles]
    bodies = dict(Article.objects.filter(pk__in=keys).order_by().values_list("pk", "body_html"))
    bylines: dict[int, list[Byline]] = defaultdict(list)
    for byline in Byline.objects.filter(article__in=keys).select_related("author"):
        bylines[byline.article_id].append(byline)
    corrections: dict[int, list[Correction]] = defaultdict(list)
    for correction in Correction.objects.filter(article__in=keys):
        corrections[correction.article_id].append(correction)
    wordings: dict[int, dict[str, str]] = defaultdict(dict)
    for key, digest, spoken in Wording.objects.filter(article__in=keys).values_list(
        "article", "block_digest", "spoken"
    ):
        wordings[key][digest] = spoken
    rows = list(Pronunciation.objects.values_list("word", "spoken", "language"))
    return {
        article.pk: _script(
            article,
            bodies.get(article.pk, ""),
            bylines[article.pk],
            corrections[article.pk],
            wordings[article.pk],
            chosen(rows, language_of(article)),
        )
        for article in articles
    }


def language_of(article: Article) -> str:
    """Return the code of the language that ``article`` is read in: the magazine's own."""
    return str(settings.LANGUAGE_CODE).lower()


def pronunciations(language: str) -> Sayings:
    """Return how editors want words to be said in ``language``. One query."""
    return chosen(Pronunciation.objects.values_list("word", "spoken", "language"), language)


def _script(
    article: Article,
    body_html: str,
    bylines: Iterable[Byline],
    corrections: Iterable[Correction],
    wordings: dict[str, str],
    sayings: Sayings,
) -> Script:
    language = language_of(article)
    # Whoever asks, in whatever language they work: what is read aloud is the same.
    with translation.override(language):
        raws = [
            *_head(article, bylines, corrections, language),
            *blocks.read(
                body_html,
                captions=settings.AUDIO_READS_CAPTIONS,
                notes=settings.AUDIO_READS_NOTES,
            ),
        ]
        made = [_block(raw, language, wordings, sayings) for raw in raws]
    return Script(language, tuple(block for block in made if block.sentences or block.is_worded))


def _head(
    article: Article, bylines: Iterable[Byline], corrections: Iterable[Correction], language: str
) -> Iterator[Raw]:
    yield blocks.plain("headline", article.headline)
    if names := _names(bylines):
        yield blocks.plain("byline", _("By %(names)s") % {"names": names})
    if article.standfirst.strip():
        yield blocks.plain("standfirst", article.standfirst)
    for correction in corrections:
        yield _correction(correction, language)


def _names(bylines: Iterable[Byline]) -> str:
    """Those who wrote it; if nobody did, those who had another part in it."""
    every = list(bylines)
    names = [byline.author.name for byline in every if not byline.role]
    return str(get_text_list(names or [byline.author.name for byline in every], _("and")))


def _correction(correction: Correction, language: str) -> Raw:
    """A listener hears of a mistake before it is told once more, and of which day the correction is."""
    on = correction.corrected_on
    day = dates.day_in_words(on.day, on.month, on.year) if language.startswith("en") else on.isoformat()
    lines = [Line(line) for line in correction.note.splitlines() if line.strip()]
    before = _("A correction, of %(day)s:") % {"day": day}
    if lines:
        lines[0] = Line(lines[0].text, before=before)
    return Raw(None, "correction", tuple(lines))


def _block(raw: Raw, language: str, wordings: dict[str, str], sayings: Sayings) -> Block:
    text = raw.text
    digest = digest_of(text)
    worded = wordings.get(digest)
    lines = raw.lines if worded is None else tuple(Line(line) for line in worded.splitlines() if line.strip())
    spoken: list[Sentence] = []
    for line in lines:
        spoken += _sentences(line, language, sayings)
    if spoken:
        spoken[-1] = Sentence(spoken[-1].text, _ended(spoken[-1].spoken, _ENDS, "."))
    return Block(raw.block, raw.kind, text, digest, tuple(spoken), is_worded=worded is not None)


def _sentences(line: Line, language: str, sayings: Sayings) -> list[Sentence]:
    """What is said of one line; a sentence in which nothing can be said is left out."""
    said = line.text if line.said is None else line.said
    if line.is_whole and len(said) <= sentences.LONGEST:
        return _whole(line, language, sayings)
    spoken = [
        Sentence(text, _ended(words, _PAUSES, ","))
        for text in sentences.split(said, language)
        if (words := speakable(text, language, sayings))
    ]
    if not spoken:
        return []
    if line.text.endswith(said):
        spoken[0] = Sentence(line.text[: len(line.text) - len(said)] + spoken[0].text, spoken[0].spoken)
    if line.before:
        before = _ended(speakable(line.before, language, sayings), _PAUSES, ".")
        before = before[:1].upper() + before[1:]
        spoken[0] = Sentence(spoken[0].text, f"{before} {spoken[0].spoken}")
    if line.after:
        last = spoken[-1]
        spoken[-1] = Sentence(last.text, f"{_ended(last.spoken, _ENDS, '.')} {line.after}")
    return spoken


def _whole(line: Line, language: str, sayings: Sayings) -> list[Sentence]:
    """A row of a table: its cells are said one after the other, in one breath."""
    parts = sentences.split(line.said or line.text, language)
    words = [_ended(said, _ENDS, ".") for part in parts if (said := speakable(part, language, sayings))]
    return [Sentence(line.text, " ".join(words))] if words else []


def _ended(words: str, ends: tuple[str, ...], end: str) -> str:
    """Return ``words`` with a stop at their end, so that the voice falls or waits."""
    if words.rstrip('"').endswith(ends):
        return words
    return words.rstrip(',;:-" ') + end
