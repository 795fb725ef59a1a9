"""From a WordPress body to one of ours."""

import contextlib

import pytest

from articles import sanitising
from articles.importing import bodies
from articles.importing.paragraphs import make_paragraphs
from articles.importing.report import Notes
from articles.importing.words import ascii_slug, plain, shorten, unique_slug
from tests.patience import patience


class Site:
    """An old site with one article (7 here), one picture with a file and one without."""

    def article_at(self, address):
        return 7 if address.rstrip("/").endswith("known") else None

    def absolute(self, address):
        return f"https://old.example{address}" if address.startswith("/") else address

    def picture(self, address, key):
        return bodies.Shown(12 if key == "1" else None, address, "Words", "Its caption")

    def attachment(self, key):
        return bodies.Shown(12 if key == "1" else None, f"https://old.example/{key}.jpg", f"Picture {key}")

    def gallery_of(self, key):
        return ["1", "2", "3"]


def converted(body, notes=None):
    return sanitising.clean(bodies.convert(body, key="9", site=Site(), notes=notes or Notes()))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("One\n\ntwo\nlines", "<p>One</p><p>two<br>lines</p>"),
        ("A\n<h2>B</h2>\nC", "<p>A</p><h2>B</h2><p>C</p>"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<blockquote>a\n\nb</blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("<pre>a\n\n[gallery]\nb</pre>", "<pre>a\n\n[gallery]\nb</pre>"),
        ("a <em>b</em>\r\n\r\nc", "<p>a <em>b</em></p><p>c</p>"),
        ("<!-- wp:paragraph -->\n<p>a\nb</p>\n<!-- /wp:paragraph -->", "<p>a b</p>"),
        ("a<!--more-->b<!--nextpage-->c", "<p>a</p><hr data-paywall=\"\"><p>b</p><p>c</p>"),
        ("a [of sorts] b", "<p>a [of sorts] b</p>"),
        ("[[gallery]] is a code", "<p>[gallery] is a code</p>"),
        ('[box colour="red"]a <em>b</em>[/box] c', "<p>a <em>b</em> c</p>"),
        ("[contact-form-7]", ""),
        ("[note]a[/note] b [note]c", "<p>a b [note]c</p>"),
        ("[[1]] and a[/b]", "<p>[[1]] and a[/b]</p>"),
        ("[playlist]a[playlist]b[/playlist]", "<p>ab</p>"),
        (
            '[audio src="/a.mp3"]\n\nwords\n\n[audio src="/b.mp3"][/audio]',
            '<p><a href="https://old.example/a.mp3">Listen: a</a></p><p>words</p>'
            '<p><a href="https://old.example/b.mp3">Listen: b</a></p>',
        ),
        ("see <a href='/known/'>it</a>", '<p>see <a data-article="7" rel="noopener">it</a></p>'),
        (
            "see <a href='/gone/' data-article='3'>it</a>",
            '<p>see <a href="https://old.example/gone/" rel="noopener">it</a></p>',
        ),
        ("<a href='javascript:x'>it</a>", "<p>it</p>"),
        (
            '[caption id="attachment_1"]<img class="wp-image-1" src="/1.jpg"> A <em>b</em>[/caption]',
            '<figure data-image="12"><figcaption>A <em>b</em></figcaption></figure>',
        ),
        (
            '[caption caption="Old way"]<img class="wp-image-1" src="/1.jpg">[/caption]',
            '<figure data-image="12"><figcaption>Old way</figcaption></figure>',
        ),
        (
            'a <img class="wp-image-2" src="/2.jpg" alt="A quay"> b',
            '<p>a</p><p><a href="https://old.example/2.jpg" rel="noopener">Picture: A quay</a></p><p>b</p>',
        ),
        (
            '<ul><li>a <img class="wp-image-1" src="/1.jpg"></li><li>b</li></ul>c',
            '<ul><li>a</li><li>b</li></ul><figure data-image="12"></figure><p>c</p>',
        ),
        (
            '[gallery ids="1,3" exclude="3"]',
            '<figure data-image="12"></figure>',
        ),
        (
            "[gallery ids=3]",
            '<ul><li><a href="https://old.example/3.jpg" rel="noopener">Picture: Picture 3</a></li></ul>',
        ),
        (
            "before\nhttps://youtu.be/abcdefghijk\nafter",
            '<p>before</p><figure data-embed="https://www.youtube.com/watch?v=abcdefghijk"></figure><p>after</p>',
        ),
        (
            "[embed]https://films.example/x[/embed]",
            '<p><a href="https://films.example/x" rel="noopener">https://films.example/x</a></p>',
        ),
        (
            '[audio mp3="/horn.mp3"][/audio]',
            '<p><a href="https://old.example/horn.mp3" rel="noopener">Listen: horn</a></p>',
        ),
        (
            '<video><source src="https://old.example/a-film.mp4"></video>',
            '<p><a href="https://old.example/a-film.mp4" rel="noopener">Watch: a film</a></p>',
        ),
        (
            '<iframe src="https://player.vimeo.com/video/123456789"></iframe>',
            '<figure data-embed="https://vimeo.com/123456789"></figure>',
        ),
        (
            '<figure class="wp-block-pullquote"><blockquote><p>We stop.</p>'
            "<cite>He</cite></blockquote></figure>",
            '<aside class="pullquote"><p>We stop.</p><p><cite>He</cite></p></aside>',
        ),
        (
            '<figure class="wp-block-table"><table><tr><td>1</td></tr></table>'
            "<figcaption>Sum</figcaption></figure>",
            "<table><caption>Sum</caption><tbody><tr><td>1</td></tr></tbody></table>",
        ),
    ],
)  # fmt: skip
def test_a_reader_finds_the_same_text_in_the_houses_own_nodes(body, expected):
    found = converted(body)

    assert found.replace("\n", "") == sanitising.clean(expected).replace("\n", "")


def test_the_person_who_imports_is_told_what_was_changed():
    notes = Notes()

    converted('<h1 style="color:red">a</h1><script>x</script><big onclick="x">b</big>[odd x="1"]', notes)

    assert notes.sentences() == [
        "Unknown shortcode removed (odd)",
        "Element unknown to the house gone, its words kept (big × 1)",
        "Heading moved to a level of the house (h1 × 1)",
        "Element left out with its content (script × 1)",
        "Styling left out (alignment, colours, sizes)",
        "Script in an attribute removed",
    ]


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "[caption]",
        "[caption",
        "[/caption]",
        '[gallery ids="',
        "[a=1",
        "<pre>",
        "<!--",
        "<div>",
        "<a href='",
        "<img src=x ",
        "\n\n",
        "https://a.example\n",
        "[x][/x]",
        "<figure><img src=/1.jpg>",
    ],
)
def test_a_hostile_body_costs_no_more_than_a_long_one(piece):
    with patience(6), contextlib.suppress(sanitising.RefusedHTML):
        converted(piece * (150_000 // len(piece)))


def test_a_body_too_long_to_be_worked_through_is_refused_at_once():
    with pytest.raises(sanitising.RefusedHTML):
        converted("x" * (bodies.MAX_CHARACTERS + 1))


def test_paragraphs_leave_words_and_their_order_alone():
    source = (
        "one <em>two\n\nthree</em> <a title='a > b'>four</a>\n<table><tr><td>five\n\nsix</td></tr></table> 7"
    )

    made = sanitising.fragment(make_paragraphs(source))

    assert " ".join(made.itertext()).split() == ["one", "two", "three", "four", "five", "six", "7"]


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Title <em>With</em> <b>Mark<sup>up</sup></b>", "Title With Markup"),
        ("a < b &amp;amp; c", "a < b &amp; c"),
        ("tab\tand\u202eturn\x00", "tab andturn"),
        ("&lt;script&gt;", "<script>"),
    ],
)
def test_a_title_becomes_plain_words(title, headline):
    assert plain(title) == headline


@pytest.mark.parametrize(
    ("wanted", "slug"),
    [
        ("plain-one", "plain-one"),
        ("%ce%b5%cf%80%ce%af-2", ""),
        ("caf%C3%A9", "cafe"),
        ("Ünïcode Title", "unicode-title"),
        ("../../etc", "etc"),
        ("---", ""),
    ],
)
def test_an_address_is_ascii_or_made_anew(wanted, slug):
    assert ascii_slug(wanted) == slug


def test_the_second_of_two_equal_addresses_gets_a_number():
    taken = {"a", "a-2", "b" * 120}

    assert unique_slug("a", taken.__contains__) == "a-3"
    assert unique_slug("b" * 120, taken.__contains__) == "b" * 118 + "-2"


def test_a_long_line_is_cut_after_a_word():
    assert shorten("one two three", 9) == "one two…"
    assert shorten("o" * 20, 9) == "o" * 8 + "…"
