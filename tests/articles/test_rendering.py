"""What becomes of a body on its way to a reader, and what is withheld from some."""

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from articles import embeds
from articles.rendering import Heading, links_to, pictures_in, recognise_links, render


@dataclass
class Picture:
    alt: str = "A quay"
    caption: str = "The quay at dawn"
    credit: str = "Ada Lund"
    width: int = 1600
    height: int = 900
    src: str = "/media/quay.jpg"
    copies: list = field(
        default_factory=lambda: [
            ("image/avif", [("/media/quay-400.avif", 400), ("/media/quay-800.avif", 800)]),
            ("image/jpeg", [("/media/quay-400.jpg", 400)]),
        ]
    )

    def sources(self):
        return self.copies


def shown(body, *, addresses=None, pictures=None):
    return render(body, addresses=addresses or {}, pictures=pictures or {})


def tree(markup):
    return lxml_html.fragment_fromstring(markup, create_parent="div")


# --- The paywall -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "opening"),
    [
        ("", ""),
        ("<p>a</p>", "<p>a</p>"),
        ("<hr data-paywall><p>SECRET</p>", ""),
        ("<p>a</p><hr data-paywall>", "<p>a</p>"),
        ("<p>a</p><hr data-paywall><p>SECRET</p>", "<p>a</p>"),
        ("<p>a</p><hr data-paywall><p>SECRET</p><hr data-paywall><p>SECRET</p>", "<p>a</p>"),
        (
            "<ul><li>a</li><li>b<hr data-paywall>SECRET</li><li>SECRET</li></ul><p>SECRET</p>",
            "<ul><li>a</li><li>b</li></ul>",
        ),
        ("<p>a</p><ul><li><hr data-paywall>SECRET</li></ul>", "<p>a</p>"),
        (
            "<blockquote><p>a</p><hr data-paywall><p>SECRET</p></blockquote>SECRET",
            "<blockquote><p>a</p></blockquote>",
        ),
        ("<p>a<hr data-paywall>SECRET</p>", "<p>a</p>"),
        ("<p><em>a<hr data-paywall>SECRET</em></p>", "<p><em>a</em></p>"),
        ("<p>a</p><h2>SECRET<hr data-paywall>SECRET</h2>", "<p>a</p>"),
        ("<p>a</p><aside class=pullquote><p>SECRET<hr data-paywall></p></aside>", "<p>a</p>"),
    ],
)
def test_a_stranger_reads_up_to_the_marker_and_not_a_word_further(body, opening):
    rendered = shown(body)

    assert rendered.opening == opening
    assert "SECRET" not in rendered.opening + rendered.opening_text
    assert rendered.html.count("SECRET") == body.count("SECRET")
    assert "data-paywall" not in rendered.html
    assert rendered.has_paywall == ("data-paywall" in body)


def test_a_marker_inside_a_tables_list_withholds_the_cells_after_it():
    rendered = shown("<table><tr><td><ul><li>a<hr data-paywall></li></ul></td><td>SECRET</td></tr></table>")

    assert "SECRET" not in rendered.opening
    assert "SECRET" in rendered.html


def test_without_a_marker_everybody_reads_everything():
    rendered = shown('<p>a<sup class="fn" data-note="n"></sup></p>')

    assert rendered.opening == rendered.html
    assert rendered.opening_text == rendered.text


def test_the_notes_of_the_withheld_part_are_withheld_too():
    rendered = shown(
        '<p>a<sup class="fn" data-note="Free note"></sup></p><hr data-paywall>'
        '<p>b<sup class="fn" data-note="SECRET"></sup></p>'
    )

    assert "Free note" in rendered.opening
    assert "SECRET" not in rendered.opening
    assert "SECRET" in rendered.html


LEAVES = st.sampled_from(
    [
        "<p>words</p>",
        "words",
        "<h2>Heading</h2>",
        '<p>x<sup class="fn" data-note="note"></sup></p>',
        '<figure data-image="1"></figure>',
        "<br>",
        "<hr>",
        "<pre>x\ny</pre>",
    ]
)
WRAPS = ["p", "em", "ul", "ul li", "ol li p", "blockquote", "div", "h3", "pre", "table tr td"]
WRAPS += ["aside class=pullquote", "figure data-image=1", "figure data-image=1 figcaption", "strong a"]


def wrapped(parts, wrap):
    tags = re.findall(r"[a-z0-9]+(?: [a-z-]+=\w+)?", wrap)
    start = "".join(f"<{tag}>" for tag in tags)
    return start + "".join(parts) + "".join(f"</{tag.split()[0]}>" for tag in reversed(tags))


TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(wrapped, st.lists(inner, max_size=4), st.sampled_from(WRAPS)),
    max_leaves=12,
)
PHRASE = (
    "<p>PLANTED</p>",
    "PLANTED",
    '<p>x<sup class="fn" data-note="PLANTED"></sup></p>',
    "<h2>PLANTED</h2>",
    '<figure data-image="1"><figcaption>PLANTED</figcaption></figure>',
    '<figure data-embed="https://a.example/PLANTED"></figure>',
    '<a href="/PLANTED/">PLANTED</a>',
    '<aside class="pullquote"><p>PLANTED</p></aside>',
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(TREES, max_size=3),
    st.lists(st.sampled_from(WRAPS), max_size=4),
    st.lists(TREES, max_size=3),
    st.lists(st.sampled_from(PHRASE), min_size=1, max_size=3),
)
def test_no_shape_of_body_leaks_a_planted_phrase(before, wraps, between, planted):
    inner = ["<hr data-paywall>", *between, *planted]
    for wrap in wraps:
        inner = [wrapped([*before[:1], *inner], wrap), *planted]
    rendered = shown("".join([*before, *inner]), pictures={1: Picture()})

    assert rendered.has_paywall
    assert "PLANTED" not in rendered.opening + rendered.opening_text
    assert "PLANTED" in rendered.html


# --- Links -------------------------------------------------------------------------------


def test_a_reader_follows_a_link_to_where_the_article_is_now():
    rendered = shown(
        '<p><a data-article="7" href="/old/address/">before</a></p>', addresses={7: "/politics/tides/"}
    )

    assert rendered.html == '<p><a href="/politics/tides/">before</a></p>'


def test_a_link_to_an_article_that_is_gone_becomes_words():
    assert shown('<p>as <a data-article="7" href="/x/">before</a>.</p>').html == "<p>as before.</p>"


def test_the_articles_linked_to_are_counted_once_and_in_order():
    body = '<p><a data-article="7">a</a><a data-article="3">b</a><a data-article="7">c</a></p>'

    assert links_to(body) == [7, 3]


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/politics/tides/", '<a href="/politics/tides/" data-article="7" rel="noopener">x</a>'),
        (
            "https://halyard.example/politics/tides/?a#b-x",
            '<a href="https://halyard.example/politics/tides/?a#b-x" data-article="7" rel="noopener">x</a>',
        ),
        (
            "http://localhost.example:8000/politics/tides/",
            '<a href="http://localhost.example:8000/politics/tides/" data-article="7" rel="noopener">x</a>',
        ),
        ("/politics/other/", '<a href="/politics/other/" rel="noopener">x</a>'),
        (
            "https://evil.example/politics/tides/",
            '<a href="https://evil.example/politics/tides/" rel="noopener">x</a>',
        ),
    ],
)
def test_an_editor_may_just_type_the_address_of_an_article(href, expected):
    body = f'<p><a href="{href}" rel="noopener">x</a></p>'

    recognised = recognise_links(
        body,
        {"/politics/tides/": 7}.get,
        {"halyard.example", "localhost.example:8000"},
    )

    assert recognised == f"<p>{expected}</p>"
    assert recognise_links(recognised, {}.get, set()) == recognised


# --- Pictures, embeds, tables, quotes ----------------------------------------------------


def test_a_reader_sees_a_picture_with_its_own_words():
    rendered = shown('<figure data-image="1"></figure>', pictures={1: Picture(alt='The "quay"')})

    assert rendered.html == (
        '<figure class="figure"><picture>'
        '<source type="image/avif" srcset="/media/quay-400.avif 400w, /media/quay-800.avif 800w"'
        ' sizes="(min-width: 48rem) 44rem, 100vw">'
        '<source type="image/jpeg" srcset="/media/quay-400.jpg 400w"'
        ' sizes="(min-width: 48rem) 44rem, 100vw">'
        '<img src="/media/quay.jpg" alt="The &quot;quay&quot;" width="1600" height="900"'
        ' loading="lazy" decoding="async"></picture>'
        '<figcaption>The quay at dawn <span class="figure__credit">Ada Lund</span></figcaption></figure>'
    )


def test_a_caption_in_the_text_comes_before_the_librarys():
    rendered = shown(
        '<figure data-image="1"><figcaption>Seen <em>here</em></figcaption></figure>',
        pictures={1: Picture()},
    )

    assert "<figcaption>Seen <em>here</em> <span" in rendered.html
    assert "at dawn" not in rendered.html


def test_words_of_a_picture_are_escaped():
    picture = Picture(alt='"><script>', caption="<script>", credit="<b>x</b>", src='/m/"><script>.jpg')

    assert "<script>" not in shown('<figure data-image="1"></figure>', pictures={1: picture}).html


def test_words_of_a_picture_that_no_page_can_hold_are_left_out():
    picture = Picture(alt="A\x0bquay", caption="At\x00 dawn", credit="H\ufffealyard")

    html = shown('<figure data-image="1"></figure>', pictures={1: picture}).html

    assert 'alt="Aquay"' in html
    assert "At dawn" in html
    assert "Halyard" in html


def test_a_picture_without_words_has_no_empty_caption():
    picture = Picture(caption="", credit="")

    assert "figcaption" not in shown('<figure data-image="1"></figure>', pictures={1: picture}).html


def test_a_picture_that_is_gone_leaves_no_hole():
    assert shown('<p>a</p><figure data-image="1"></figure><p>b</p>').html == "<p>a</p><p>b</p>"


def test_the_pictures_of_a_body_are_counted_once_and_in_order():
    body = '<figure data-image="4"></figure><figure data-image="2"></figure><figure data-image="4"></figure>'

    assert pictures_in(body) == [4, 2]


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://www.youtube.com/watch?v=abcdefghi-_&t=3", "https://www.youtube.com/watch?v=abcdefghi-_"),
        ("https://youtu.be/abcdefghi-_?si=x", "https://www.youtube.com/watch?v=abcdefghi-_"),
        ("https://www.youtube-nocookie.com/embed/abcdefghi-_", "https://www.youtube.com/watch?v=abcdefghi-_"),
        ("https://vimeo.com/123456789", "https://vimeo.com/123456789"),
        ("https://player.vimeo.com/video/123456789?h=1", "https://vimeo.com/123456789"),
        ("https://soundcloud.com/the-band/a-song", "https://soundcloud.com/the-band/a-song"),
    ],
)
def test_a_film_becomes_a_card_that_leads_to_it(address, page):
    assert embeds.recognise(address).address == page
    rendered = shown(f'<figure data-embed="{address}"></figure>').html
    assert f'<a href="{page}" rel="noopener" class="embed__link">' in rendered
    assert "iframe" not in rendered


@pytest.mark.parametrize(
    "address",
    [
        "http://www.youtube.com/watch?v=abcdefghi-_",
        "https://www.youtube.com@evil.example/watch?v=abcdefghi-_",
        "https://www.youtube.com.evil.example/watch?v=abcdefghi-_",
        "https://evil.example/www.youtube.com/watch?v=abcdefghi-_",
        "https://www.youtube.com\\@evil.example/watch?v=abcdefghi-_",
        "https://www.youtube.com:444/watch?v=abcdefghi-_",
        "https://www.youtube.com/redirect?q=https://evil.example/",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/watch?v=abcdefghi-_%22%3E",
        "https://www.you\ttube.com/watch?v=abcdefghi-_",
        "https://vimeo.com/123456789/../../x",
        "javascript:alert(1)",
        "",
    ],
)
def test_no_other_address_passes_for_a_film(address):
    assert embeds.recognise(address) is None


def test_an_unknown_host_becomes_an_ordinary_link():
    rendered = shown('<figure data-embed="https://tube.example/x?a=1&amp;b=2"></figure>')

    assert rendered.html == (
        '<p><a href="https://tube.example/x?a=1&amp;b=2" rel="noopener">https://tube.example/x?a=1&amp;b=2</a></p>'
    )


def test_a_wide_table_can_be_scrolled_by_keyboard_under_its_name():
    rendered = shown("<table><caption>The <em>catch</em></caption><tr><td>4</td></tr></table>")

    frame = tree(rendered.html)[0]
    assert (frame.get("class"), frame.get("role"), frame.get("tabindex"), frame.get("aria-label")) == (
        "table-scroll",
        "region",
        "0",
        "The catch",
    )


def test_a_pull_quote_is_not_heard_twice():
    rendered = shown('<p>It is so.</p><aside class="pullquote"><p>It <a href="/x/">is</a> so.</p></aside>')

    assert '<aside class="pullquote" aria-hidden="true"><p>It is so.</p></aside>' in rendered.html
    assert rendered.text == "It is so."
    assert rendered.words == 3


# --- Notes and headings ------------------------------------------------------------------


def test_a_reader_follows_a_note_and_comes_back_without_scripts():
    rendered = shown(
        '<p>a<sup class="fn" data-note="One &lt;b&gt;"></sup></p>'
        '<p>b<sup class="fn" data-note="Two"></sup></p>'
    )

    page = tree(rendered.html)
    references = page.xpath("//sup[@class='fn']")
    entries = page.xpath("//section[@class='footnotes']/ol/li")
    assert [(r.get("id"), r[0].get("href"), r.text_content()) for r in references] == [
        ("fnref-1", "#fn-1", "1"),
        ("fnref-2", "#fn-2", "2"),
    ]
    assert [(e.get("id"), e.xpath(".//a/@href")) for e in entries] == [
        ("fn-1", ["#fnref-1"]),
        ("fn-2", ["#fnref-2"]),
    ]
    assert entries[0].text_content().startswith("One <b>")


def test_headings_have_addresses_of_their_own_that_stay_the_same_in_the_opening():
    body = (
        '<h2>The Sea</h2><h3 id="b-mine">x</h3><p>a</p><hr data-paywall><h2>The <em>Sea</em></h2><h4>???</h4>'
    )

    rendered = shown(body)

    assert rendered.headings == (
        Heading(2, "b-the-sea", "The Sea"),
        Heading(3, "b-mine", "x"),
        Heading(2, "b-the-sea-2", "The Sea"),
        Heading(3, "b-part", "???"),
    )
    assert '<h2 id="b-the-sea">' in rendered.opening


def test_no_id_stands_twice_on_a_page():
    body = (
        '<p id="b-the-sea">a</p><h2>The Sea</h2><h2>The Sea</h2>'
        '<p id="fn-1">b<sup class="fn" data-note="n"></sup></p><h2>Heading</h2>'
    )

    ids = tree(shown(body).html).xpath("//@id")
    assert len(ids) == len(set(ids))


def test_the_plain_text_reads_like_the_article():
    rendered = shown(
        "<h2>One</h2><p>a <em>b</em><br>c</p><ul><li>d</li><li><p>e</p></li></ul>"
        '<p>f<sup class="fn" data-note="note"></sup>.</p><table><tr><td>1</td><td>2</td></tr></table>'
    )

    assert rendered.text == "One\n\na b\nc\n\nd\n\ne\n\nf.\n\n1 2"
    assert rendered.words == 9


def test_a_row_written_past_the_sanitiser_is_cleaned_before_it_is_shown():
    rendered = shown('<p onclick="x()">a<script>alert(1)</script></p><a href="javascript:x">b</a>')

    assert rendered.html == "<p>a</p><p>b</p>"
