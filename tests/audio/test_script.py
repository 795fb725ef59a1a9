"""What is read aloud of an article, in which order, and what an editor's word changes."""

from datetime import date

import pytest
from django.utils import translation

from articles.models import Article
from audio.models import Pronunciation, Wording
from audio.script import RULES, blocks, digest_of, parts, script_of, scripts_of
from audio.script.sentences import LONGEST
from tests import make


def read(html, **rules):
    """The blocks of ``html`` as pairs of kind and words."""
    return [(raw.kind, raw.text) for raw in blocks.read(html, **rules)]


def heard(article):
    """All that is spoken of ``article``, sentence by sentence."""
    return [sentence.spoken for _, sentence in script_of(article).sentences()]


def body_of(article):
    """The same without what stands before the body."""
    return [sentence.spoken for block, sentence in script_of(article).sentences() if block.block is not None]


NOTED = (
    '<p>It rained.<sup id="fnref-1" class="fn"><a href="#fn-1" role="doc-noteref">1</a></sup> It froze.</p>'
    '<section class="footnotes"><h2>Notes</h2><ol><li id="fn-1"><p>On a Monday. '
    '<a href="#fnref-1" role="doc-backlink">↩</a></p></li></ol></section>'
)


# --- Blocks, from the page's own HTML ----------------------------------------------------


def test_a_listener_hears_paragraphs_headings_and_lists_in_their_places():
    html = "<p>One.</p><hr><h2>Two</h2><ul><li>Three</li><li><p>Four</p><p>Five</p></li></ul>"

    assert [(raw.block, raw.kind, raw.text) for raw in blocks.read(html)] == [
        (0, "paragraph", "One."),
        (2, "heading", "Two"),
        (3, "list", "Three\nFour\nFive"),
    ]


def test_lines_of_a_verse_are_lines_and_those_of_the_source_are_none():
    html = "<p>Tall ships\nand <em>small\nones</em><br>go by</p><pre>One\nTwo</pre>"
    assert read(html) == [("paragraph", "Tall ships and small ones\ngo by"), ("paragraph", "One\nTwo")]


@pytest.mark.parametrize(
    "html",
    [
        '<aside class="pullquote"><p>It rained.</p></aside>',
        '<figure class="figure"><img alt="A quay"><figcaption>The quay.</figcaption></figure>',
        '<figure class="embed"><a class="embed__link" href="https://x">Watch the film</a></figure>',
        '<p><a href="https://a.example/film">https://a.example/film</a></p>',
        "<p><s>All of it.</s></p>",
        "<hr>",
        "",
    ],
)
def test_what_is_only_for_the_eye_is_left_out(html):
    assert read(html) == []


def test_captions_are_read_where_the_house_wants_them_without_the_credit():
    html = (
        '<figure class="figure"><picture><img alt="A quay"></picture>'
        '<figcaption>The <em>quay</em>. <span class="figure__credit">Photo: A</span></figcaption></figure>'
    )
    assert read(html, captions=True) == [("caption", "The quay.")]


def test_the_mark_of_a_note_is_never_heard_and_its_words_only_where_the_house_wants_them():
    assert read(NOTED) == [("paragraph", "It rained. It froze.")]
    assert read(NOTED, notes=True) == [("paragraph", "It rained. It froze."), ("note", "1. On a Monday.")]


def test_raised_and_lowered_figures_stay_what_they_are():
    html = "<p>CO<sub>2</sub> per m<sup>2</sup>, the 19<sup>th</sup> time.</p>"
    assert read(html) == [("paragraph", "CO₂ per m², the 19th time.")]


@pytest.mark.parametrize(
    ("start", "numbers"),
    [("", ["1", "2"]), (' start="7"', ["7", "8"]), (' reversed=""', ["2", "1"]), (' start="x"', ["1", "2"])],
)
def test_a_numbered_list_is_read_with_its_numbers(start, numbers):
    first, second = numbers
    html = f"<ol{start}><li>Buy land.</li><li>Ask.</li></ol>"
    assert read(html) == [("list", f"{first}. Buy land.\n{second}. Ask.")]


def table(rows, columns, caption="Tides"):
    head = "".join(f"<th>H{column}</th>" for column in range(columns))
    body = "".join(
        f"<tr>{''.join(f'<td>{row}.{column}</td>' for column in range(columns))}</tr>" for row in range(rows)
    )
    caption = f"<caption>{caption}</caption>" if caption else ""
    table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="table-scroll" tabindex="0" role="region" aria-label="Tides">{table}</div>'


def said_of(html):
    return [line.said for raw in blocks.read(html) for line in raw.lines]


def test_a_small_table_is_read_row_by_row_with_its_headings():
    html = (
        "<table><caption>Loans</caption><thead><tr><th></th><th>Club</th><th>Bank</th></tr></thead>"
        "<tbody><tr><td>Average</td><td>640</td><td>2,150</td></tr><tr><td>Cake</td><td>29</td><td>–</td></tr></tbody></table>"
    )
    assert said_of(html) == [
        "A table: Loans.",
        "Average. Club: 640; Bank: 2,150.",
        "Cake. Club: 29; Bank: nothing.",
    ]


@pytest.mark.parametrize(
    "html",
    [
        table(7, 2),
        table(2, 5),
        table(2, 2).replace("<td>0.0", '<td colspan="2">0.0'),
        table(2, 2).replace("0.0", "word " * 200),
    ],
    ids=["rows", "columns", "spans", "words"],
)
def test_a_table_that_nobody_could_follow_is_only_named(html):
    assert said_of(html) == ["A table, “Tides”, is on the page."]


def test_a_table_without_a_name_is_still_mentioned():
    assert said_of(table(9, 9, caption="")) == ["A table is on the page."]


def test_a_passage_that_is_set_off_is_said_to_be_a_quotation_and_by_whom():
    html = "<blockquote><p>It rained.</p><p>It froze.</p><p><cite>A clerk, 1790</cite></p></blockquote>"
    (raw,) = blocks.read(html)

    assert [(line.before, line.text, line.after) for line in raw.lines] == [
        ("Quote.", "It rained.", ""),
        ("", "It froze.", "End quote."),
        ("", "A clerk, 1790", ""),
    ]


# --- The whole script --------------------------------------------------------------------


@pytest.fixture
def article(db):
    return make.article(
        headline="The mole at Pennwick",
        standfirst="It cost £2m.",
        authors=[make.author("J. M. Harrow"), make.author("Ada Quill")],
        body=(
            "<p>It is 3–4 % long. Dr. Tull wrote in 1908. He was right.</p><h2>The 1990s</h2>"
            "<blockquote><p>It rained.</p><p><cite>A clerk</cite></p></blockquote><p>Nobody goes.</p>"
        ),
    )


def test_a_listener_hears_what_the_page_says_from_the_headline_to_the_end(article):
    assert heard(article) == [
        "The mole at Pennwick.",
        "By J M Harrow and Ada Quill.",
        "It cost two million pounds.",
        "It is three to four per cent long.",
        "Doctor Tull wrote in nineteen oh eight.",
        "He was right.",
        "The nineteen nineties.",
        "Quote. It rained. End quote.",
        "A clerk.",
        "Nobody goes.",
    ]
    assert [(block.block, block.kind) for block in script_of(article).blocks] == [
        (None, "headline"),
        (None, "byline"),
        (None, "standfirst"),
        (0, "paragraph"),
        (1, "heading"),
        (2, "quotation"),
        (3, "paragraph"),
    ]


def test_corrections_are_heard_before_what_they_correct_with_their_day(article):
    article.corrections.create(corrected_on=date(2026, 5, 3), note="It cost £3m. We regret it.")

    said = [(block.kind, sentence.spoken) for block, sentence in script_of(article).sentences()]

    assert said[3:5] == [
        (
            "correction",
            "A correction, of the third of May, twenty twenty-six: It cost three million pounds.",
        ),
        ("correction", "We regret it."),
    ]
    assert said[5][0] == "paragraph"


def test_changing_one_sentence_changes_what_is_spoken_of_it_alone(article):
    before = heard(article)
    article.body = article.body.replace("He was right.", "She was right.")
    article.save()

    after = heard(article)

    assert [pair for pair in zip(before, after, strict=True) if len(set(pair)) == 2] == [
        ("He was right.", "She was right.")
    ]


def test_a_script_changes_with_what_is_spoken_and_with_nothing_else(article, monkeypatch):
    first = script_of(article).fingerprint
    article.slug, article.kicker = "elsewhere", "Harbours"
    article.body += '<aside class="pullquote"><p>It rained.</p></aside>'
    article.save()
    assert script_of(article).fingerprint == first

    Pronunciation.objects.create(word="Unheard", spoken="un-herd")
    assert script_of(article).fingerprint == first

    Pronunciation.objects.create(word="Pennwick", spoken="pennick")
    second = script_of(article).fingerprint
    assert second != first

    monkeypatch.setattr(parts, "RULES", RULES + 1)
    assert script_of(article).fingerprint not in (first, second)


def test_an_editors_wording_is_spoken_in_place_of_its_block_until_that_changes(article):
    heading = next(block for block in script_of(article).blocks if block.kind == "heading")
    Wording.objects.create(
        article=article, block_digest=heading.digest, spoken="The nineties, 10 years. Of rain"
    )

    block = next(block for block in script_of(article).blocks if block.kind == "heading")
    assert [sentence.spoken for sentence in block.sentences] == ["The nineties, ten years.", "Of rain."]
    assert (block.is_worded, block.text) == (True, "The 1990s")

    article.body = article.body.replace("The 1990s", "The 1980s")
    article.save()
    assert "The nineteen eighties." in heard(article)


def test_an_empty_wording_leaves_the_block_out_and_the_desk_still_sees_it(article):
    Wording.objects.create(article=article, block_digest=digest_of("The  1990s"), spoken="")

    assert "The nineteen nineties." not in heard(article)
    assert [block.text for block in script_of(article).blocks if block.is_worded] == ["The 1990s"]


def test_an_editor_decides_how_a_name_is_said_everywhere(article):
    Pronunciation.objects.create(word="Harrow", spoken="hairoh", language="en")
    assert "By J M hairoh and Ada Quill." in heard(article)


def test_whoever_asks_in_whatever_language_hears_the_same(article):
    first = script_of(article).fingerprint
    with translation.override("de"):
        assert script_of(article).fingerprint == first


def test_many_scripts_cost_as_little_as_one(article, django_assert_num_queries):
    others = [make.article(authors=[make.author()]) for _ in range(3)]
    article.corrections.create(note="Not so.")
    Pronunciation.objects.create(word="Pennwick", spoken="pennick")
    Wording.objects.create(article=article, block_digest=digest_of("Nobody goes."), spoken="Everybody goes.")
    listed = list(Article.objects.for_cards().filter(pk__in=[article.pk, *(one.pk for one in others)]))

    with django_assert_num_queries(5):
        scripts = scripts_of(listed)

    for one in (article, *others):
        assert scripts[one.pk] == script_of(Article.objects.get(pk=one.pk))
    with django_assert_num_queries(4):
        script_of(article)
    with django_assert_num_queries(2):
        script_of(article, bylines=[], corrections=[])


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{'word ' * 3_000}</p>",
        f"<p>{'x' * 20_000}</p>",
        f"<table><caption>{'word ' * 1_000}</caption><tr><td>{'word ' * 150}</td></tr></table>",
        "<p>\u202eשלום עולם 12\u202c</p>",
        "<hr><hr>",
        "<p>—</p><p>***</p><p>😀</p>",
    ],
    ids=["long", "one word", "table", "right to left", "nothing", "signs"],
)
def test_whatever_a_body_holds_its_script_is_bounded(body, db):
    article = make.article(body=body)

    for _, sentence in script_of(article).sentences():
        assert 0 < len(sentence.spoken) <= 12 * LONGEST
        assert len(sentence.text) <= LONGEST
