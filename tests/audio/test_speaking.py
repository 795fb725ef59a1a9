"""How what is written is said: a line to a case, so that whoever hears a voice stumble can add theirs."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.script.pronouncing import chosen
from audio.script.sentences import LONGEST, split
from audio.script.speaking import speakable

# Titles, saints, streets and the rest of the shelf.
ABBREVIATIONS = [
    ("Dr Fairweather’s subject", "Doctor Fairweather's subject"),
    ("Dr. Smith of St. John St. said no.", "Doctor Smith of Saint John Street said no."),
    ("He lives on the High St.", "He lives on the High Street."),
    ("In St Ives, by St. Paul’s", "In Saint Ives, by Saint Paul's"),
    ("Mr and Mrs Tull met Ms Quill.", "Mister and Missus Tull met Miz Quill."),
    ("Mr Finch and Mrs Gale", "Mister Finch and Missus Gale"),
    ("Prof. Rees", "Professor Rees"),
    ("No. 4 of the series", "Number four of the series"),
    ("nos. 4 and 5", "numbers four and five"),
    ("London’s St Paul’s, Jill St John", "London's Saint Paul's, Jill Saint John"),
    ("On the corner of Mill St. and Elm Rd", "On the corner of Mill Street and Elm Road"),
    ("Smith Co. Limited", "Smith Company Limited"),
    ("pp. 3–7", "pages three to seven"),
    ("p. 61", "page sixty-one"),
    ("p. 8n.", "page eight, note."),
    ("e.g. bread, i.e. food, etc.", "for example bread, that is food, et cetera."),
    ("bread, etc., was sold", "bread, et cetera, was sold"),
    ("Smith v. Jones", "Smith versus Jones"),
    ("volume iv", "volume four"),
    ("the A&E department at St Thomas’ Hospital", "the A and E department at Saint Thomas Hospital"),
    ("pp. xii–xv", "pages twelve to fifteen"),
    ("902 pp., 85 florins", "nine hundred and two pages, eighty-five florins"),
    ("No 10 said no", "Number ten said no"),
    ("No people came", "No people came"),
    ("vol. 3, no. 2", "volume three, number two"),
    ("(b. 1950)", "born nineteen fifty,"),
    ("the Rev. A. B. Jones", "the Reverend eh B Jones"),
    ("Tull & Co. of Co. Durham", "Tull and Company of County Durham"),
    ("Lt Col Smith of Elm Dr.", "Lieutenant Colonel Smith of Elm Drive."),
    ("£30,000 p.a.", "thirty thousand pounds a year."),
]
# Initials, acronyms, codes and signs in capitals.
LETTERS = [
    ("J. M. Harrow wrote it.", "J M Harrow wrote it."),
    ("by J.M. Harrow", "by J M Harrow"),
    ("E. J. Allen, P. M. Dechow", "E J Allen, P M Dechow"),
    ("the BBC’s plan", "the B B C's plan"),
    ("A US firm and an IT man", "A U S firm and an I T man"),
    ("A LIBRARY PIN", "A library Pin"),
    ("NATO and UNESCO", "Nato and Unesco"),
    ("MPs and GPs", "M P's and G P's"),
    ("the U.S. and the UK", "the U S and the U K"),
    ("the RAF flew", "the R eh F flew"),
    ("cell H17 is", "cell H seventeen is"),
    ("the M25 and the A40", "the M twenty-five and the eh forty"),
    ("Covid-19", "Covid nineteen"),
    ("the G7 met", "the G seven met"),
    ("Press DO NOT SORT now", "Press Do not sort now"),
    ("PM2.5 levels", "P M two point five levels"),
    ("HMRC, GCHQ & MI5", "H M R C, G C H Q and M I five"),
    ("a GCSE and an A-level", "a G C S E and an A-level"),
    ("a Boeing 747s’ wing", "a Boeing seven hundred and forty-sevens wing"),
]
# Kings, chapters, wars; never the word “I”.
ROMAN = [
    ("Henry VIII had six", "Henry the Eighth had six"),
    ("Henry VIII’s wives", "Henry the Eighth's wives"),
    ("Elizabeth I was queen", "Elizabeth the First was queen"),
    ("Charles V", "Charles the Fifth"),
    ("For George I would wait", "For George I would wait"),
    ("World War II ended", "World War Two ended"),
    ("Chapter IV", "Chapter four"),
    ("the mix I made", "the mix I made"),
    ("page xii", "page twelve"),
    ("Part III and Part I", "Part three and Part one"),
    ("Malcolm X", "Malcolm X"),
    ("the XIXth century", "the nineteenth century"),
    ("MCMXCIV", "nineteen ninety-four"),
    ("Pope John XXIII", "Pope John the Twenty-third"),
    ("Charles I was beheaded in 1649.", "Charles the First was beheaded in sixteen forty-nine."),
    ("Act III, scene ii", "Act three, scene two"),
    ("the IV drip", "the I V drip"),
    ("a ٣٤ b ５ c Ⅷ", "a thirty-four b five c eight"),
]
# Sums of money.
MONEY = [
    ("$4.5bn", "four point five billion dollars"),
    ("£2m", "two million pounds"),
    ("a £2m plan", "a two million pound plan"),
    ("€1,234.50", "one thousand two hundred and thirty-four euros and fifty cents"),
    ("£1", "one pound"),
    ("£0.99", "ninety-nine pence"),
    ("50p", "fifty pence"),
    ("¥10,000", "ten thousand yen"),
    ("US$5m", "five million U S dollars"),
    ("£3–4m", "three to four million pounds"),
    ("$1m-$2m", "one to two million dollars"),
    ("−£5m", "minus five million pounds"),
    ("50 €", "fifty euros"),
    ("£5/kg", "five pounds per kilogram"),
    ("GBP 20", "twenty pounds"),
    ("£2m-a-year deal", "two million pounds-a-year deal"),
    ("25–30p a litre", "twenty-five to thirty pence a litre"),
    ("£10–12", "ten to twelve pounds"),
    ("£12.50", "twelve pounds and fifty pence"),
    ("1p", "one penny"),
    ("A$5 and US$5", "five Australian dollars and five U S dollars"),
]
# Times of the day.
TIMES = [
    ("9.30am", "nine thirty a.m."),
    ("at 9 a.m. on Monday", "at nine a.m. on Monday"),
    ("17:45", "seventeen forty-five"),
    ("the 06:52, took", "the six fifty-two, took"),
    ("at 08:05", "at eight oh five"),
    ("5pm–7pm", "five p.m. to seven p.m."),
    ("9.30–10.15am", "nine thirty to ten fifteen a.m."),
    ("at 6.40.", "at six forty."),
    ("the 10.55 for twelve minutes", "the ten fifty-five for twelve minutes"),
    ("noon–2pm", "noon to two p.m."),
    ("13:00", "thirteen hundred"),
    ("00:00", "midnight"),
    ("at 3.50 florins", "at three point five oh florins"),
]
# Dates, years, decades.
DATES = [
    ("1914–18", "nineteen fourteen to eighteen"),
    ("the 1939–1945 war", "the nineteen thirty-nine to nineteen forty-five war"),
    ("2023/24", "twenty twenty-three twenty-four"),
    ("the 1990s", "the nineteen nineties"),
    ("the ’90s", "the nineties"),
    ("in the 1960s as", "in the nineteen sixties as"),
    ("mid-1980s", "mid-nineteen eighties"),
    ("in 1908 we", "in nineteen oh eight we"),
    ("in 2004.", "in two thousand and four."),
    ("in 2013, that", "in twenty thirteen, that"),
    ("in 1900", "in nineteen hundred"),
    ("1500 people", "one thousand five hundred people"),
    ("c. 1340", "around thirteen forty"),
    ("AD 1066", "eh D ten sixty-six"),
    ("55 BC", "fifty-five B C"),
    ("3 May 2024", "the third of May, twenty twenty-four"),
    ("the 3rd of May", "the third of May"),
    ("on 3 May", "on the third of May"),
    ("his 3 May speech", "his third of May speech"),
    ("May 3, 2024", "May the third, twenty twenty-four"),
    ("Mon 3 Sept", "Monday the third of September"),
    ("3/5/2024", "the third of May, twenty twenty-four"),
    ("2024-05-03", "the third of May, twenty twenty-four"),
    ("3–5 May", "the third to the fifth of May"),
    ("3 May–5 June", "the third of May to the fifth of June"),
    ("in May 2024", "in May twenty twenty-four"),
    ("the 19th-century house", "the nineteenth-century house"),
    ("she’s in her 30s", "she's in her thirties"),
    ("in 2019–20", "in twenty nineteen to twenty"),
    ("in 1500", "in fifteen hundred"),
    ("room 1204", "room one thousand two hundred and four"),
    ("1066 and all that", "ten sixty-six and all that"),
    ("1984’s best book", "nineteen eighty-four's best book"),
    ("Sept. 11, 2001", "September the eleventh, two thousand and one"),
    ("Jan–Feb", "January to February"),
    ("31 Mar. 2023", "the thirty-first of March, twenty twenty-three"),
    ("the 2010s", "the twenty tens"),
    ("the 1800s", "the eighteen hundreds"),
    ("the class of ’68", "the class of sixty-eight"),
]
# Per cents and units.
MEASURES = [
    ("10–12 %", "ten to twelve per cent"),
    ("3–4 %", "three to four per cent"),
    ("22%", "twenty-two per cent"),
    ("fell 4 per cent.", "fell four per cent."),
    ("0.5 mm", "nought point five millimetres"),
    ("5km", "five kilometres"),
    ("a 5km run", "a five kilometre run"),
    ("20 °C", "twenty degrees Celsius"),
    ("−5°C", "minus five degrees Celsius"),
    ("100m²", "one hundred square metres"),
    ("60mph", "sixty miles per hour"),
    ("90 km/h", "ninety kilometres per hour"),
    ("6ft 2in", "six foot two"),
    ("2 min 34 s", "two minutes thirty-four seconds"),
    ("44.5 mm apart", "forty-four point five millimetres apart"),
    ("5m people", "five million people"),
    ("5m long", "five metres long"),
    ("3bn trees", "three billion trees"),
    ("CO₂", "C O two"),
    ("30 × 40 cm", "thirty by forty centimetres"),
    ("21st", "twenty-first"),
    ("a 1500m race", "a one thousand five hundred metre race"),
    ("6′2″", "six foot two"),
    ("12st", "twelve stone"),
    ("one 5-km run", "one five kilometre run"),
    ("45° 30′ N", "forty-five degrees thirty minutes north"),
    ("10 m/s²", "ten metres per second squared"),
    ("Length (m)", "Length, in metres,"),
    ("Share (%)", "Share, per cent,"),
]
# Ranges, scores, fractions, telephones.
PAIRS = [
    ("3/4", "three quarters"),
    ("½", "a half"),
    ("2½ hours", "two and a half hours"),
    ("1/3 of it", "one third of it"),
    ("24/7", "twenty-four seven"),
    ("won 3–1", "won three one"),
    ("drew 0–0", "drew nil nil"),
    ("a ratio of 1:3", "a ratio of one to three"),
    ("call 020 7946 0958", "call oh two oh, seven nine four six, oh nine five eight"),
    ("+44 20 7946 0958", "plus four four, two oh, seven nine four six, oh nine five eight"),
    ("he said – quietly – yes", "he said, quietly, yes"),
    ("4-4-2", "four four two"),
    ("a 50/50 chance", "a fifty-fifty chance"),
    ("a 6–3, 6–4 win", "a six three, six four win"),
    ("lost 1–3", "lost one three"),
    ("a 5–4 ruling", "a five four ruling"),
    ("pages 211–19", "pages two hundred and eleven to nineteen"),
    ("1 1/2 miles", "one and a half miles"),
    ("½ a mile", "half a mile"),
    ("555-0142", "five five five, oh one four two"),
    ("the Tallow–Skell line", "the Tallow to Skell line"),
    ("ISBN 0-14-044913-6", "I S B N oh, one four, oh four four nine one three, six"),
]
# Addresses, handles, hashtags.
ADDRESSES = [
    ("https://www.halyard.example/politics", "halyard dot example slash politics"),
    ("see example.org/a/b?c=1.", "see example dot org."),
    ("letters@halyard.example", "letters at halyard dot example"),
    ("j.smith@bbc.co.uk", "j dot smith at bbc dot co dot U K"),
    ("#ClimateAction", "hashtag climate action"),
    ("@halyard_mag", "at halyard mag"),
]
# Plain numbers.
NUMBERS = [
    ("Volume XII, p. 14.", "Volume twelve, page fourteen."),
    ("1,524 people", "one thousand five hundred and twenty-four people"),
    ("3.04", "three point oh four"),
    ("47.3 million", "forty-seven point three million"),
    ("2 + 2 = 4", "two plus two equals four"),
    ("3 × 4 = 12", "three times four equals twelve"),
    ("007", "oh oh seven"),
    ("§ 9", "section nine"),
    ("a 5-year-old boy", "a five year-old boy"),
    ("-5", "minus five"),
    ("1.2.3", "one point two point three"),
    (
        "12345678901234567890",
        "one two three four five six seven eight nine oh one two three four five six seven eight nine oh",
    ),
    ("10 000 people", "ten thousand people"),
    ("12\u202f500", "twelve thousand five hundred"),
    ("1.234.567", "one million two hundred and thirty-four thousand five hundred and sixty-seven"),
    (".5", "nought point five"),
]
# Marks, signs, stops.
MARKS = [
    ("Tull & Daughters", "Tull and Daughters"),
    ("Well… perhaps", "Well, perhaps"),
    ("and so…", "and so."),
    ("marathons.³ Then", "marathons. Then"),
    ("the runners¹² said", "the runners said"),
    ("as said.[4]", "as said."),
    ("in 1974.† It", "in nineteen seventy-four. It"),
    ("(see above)", "see above,"),
    ("he (really) went", "he, really, went"),
    ("“Oh, well done!” to a man", "Oh, well done! to a man"),
    ("twenty—or so", "twenty, or so"),
    ("10⁶ bacteria", "ten to the sixth bacteria"),
    ("E = mc²", "E equals mc squared"),
    ("and/or", "and or"),
    ("he/she", "he or she"),
    ("rock ’n’ roll", "rock n roll"),
    ("‘quoted’ words, ’tis", "quoted words, tis"),
    ("[t]he man", "the man"),
    ("What?!", "What?"),
    ("😀 fine™", "fine"),
    ("—", ""),
]
ALL = [
    *ABBREVIATIONS,
    *LETTERS,
    *ROMAN,
    *MONEY,
    *TIMES,
    *DATES,
    *MEASURES,
    *PAIRS,
    *ADDRESSES,
    *NUMBERS,
    *MARKS,
]


@pytest.mark.parametrize(("written", "said"), ALL)
def test_a_listener_hears_what_a_good_reader_would_say(written, said):
    assert speakable(written) == said


@pytest.mark.parametrize(
    ("written", "language", "said"),
    [
        ("3/5/2024", "en-us", "the fifth of March, twenty twenty-four"),
        ("In 1.234 Jahren, 3,5 %", "de", "In eintausendzweihundertvierunddreißig Jahren, drei Komma fünf"),
        ("Il y a 21 ans", "fr-ch", "Il y a vingt et un ans"),
        ("voir https://www.exemple.fr/un/deux", "fr", "voir exemple.fr"),
        ("4 άνθρωποι", "el", "4 άνθρωποι"),
    ],
)
def test_other_languages_get_their_own_numbers_and_no_english(written, language, said):
    assert speakable(written, language) == said


# --- How editors want words to be said ---------------------------------------------------


def test_an_editors_pronunciation_is_for_whole_words():
    sayings = (("Tallow", "tal-oh"),)
    said = speakable("Tallow Bay, Tallow’s quay, Tallowby", "en-gb", sayings)
    assert said == "tal-oh Bay, tal-oh's quay, Tallowby"


def test_a_capital_letter_asks_for_that_very_word():
    sayings = (("Reading", "redding"), ("quay", "key"))
    assert speakable("Reading on the Quay, reading on the quay", "en-gb", sayings) == (
        "redding on the key, reading on the key"
    )


def test_the_longest_word_is_found_first_and_what_is_said_is_not_looked_at_again():
    sayings = (("St John", "Sinjun"), ("John", "Jack"), ("Jack", "Jim"))
    assert speakable("St John and John", "en-gb", sayings) == "Sinjun and Jack"


def test_a_pronunciation_may_hold_any_sign():
    assert speakable("30g for C++", "en-gb", (("30g", "30 groats"), ("C++", "see plus"))) == (
        "thirty groats for see plus"
    )


def test_the_nearest_language_decides_how_a_word_is_said():
    rows = [("Ane", "ahn", ""), ("Ane", "ain", "en"), ("Ane", "ann", "en-us"), ("Tull", "tool", "de")]
    assert chosen(rows, "en-gb") == (("Ane", "ain"),)
    assert chosen(rows, "en-us") == (("Ane", "ann"),)
    assert chosen(rows, "de") == (("Ane", "ahn"), ("Tull", "tool"))


# --- Sentences ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. Smith of St. John St. said no.", "Then he left."],
        ["It is No. 4.", "The end."],
        ["J. M. Harrow wrote it.", "See pp. 3–7."],
        ["“I don’t mind paying,” one skipper said.", "“I should like to be told.”"],
        ["“Who?” asked Mr. Tull.", "I did."],
        ["“Oh, well done!” to a man.", "He ate."],
        ["Pennwick University Press, 902 pp., 85 florins.", "It is long."],
        ["It cost 47.3.", "You can ask."],
        ["I am not a bird man.", "I have a box."],
        ["“Nobody wrote dry.", "Somebody wrote try.", "They meant it.”"],
        ["“Walked the walls.”", "“Last year, plus prices.”"],
        ["He left at 5 p.m. on Monday.", "Nobody saw him."],
        ["bread, cheese, etc. were sold.", "The rest was not."],
    ],
)
def test_a_sentence_ends_where_a_reader_would_stop(sentences):
    assert split(" ".join(sentences)) == sentences


def test_a_sentence_too_long_for_a_breath_is_cut_where_a_reader_would_breathe():
    clause = "and the ferry came in, as it always does when nobody is waiting for it"
    pieces = split(f"{clause}; " * 12 + clause + ".")

    assert all(len(piece) <= LONGEST for piece in pieces)
    assert all(piece.endswith(";") for piece in pieces[:-1])


@pytest.mark.parametrize(
    "hostile",
    [
        "x" * 50_000,
        "1" * 50_000,
        "a) b) c) 1) 2) " * 200,
        "Dr. " * 500,
        "A. " * 2_000,
        "“" * 1_000 + "a. b" + "”" * 1_000,
        "((a. b) c) d! " * 300,
        "1,111," * 5_000,
        "http://a.b/" * 2_000,
        "\u202eשלום 123 \x00\u200b" * 500,
        "😀 " * 2_000,
        " \n" * 9_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_whatever_is_sent_ends_in_bounded_pieces_without_a_word_lost(hostile):
    pieces = split(hostile)

    assert all(0 < len(piece) <= LONGEST for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(hostile.split())
    assert all(len(speakable(piece)) < 12 * LONGEST for piece in pieces[:3])


# --- Whatever anybody writes -------------------------------------------------------------

SIGNS = st.sampled_from(
    "£ $ € % ° ² ½ – — - . , : ; / ' ’ “ ” ( ) [ ] & @ # + = × * † … p m bn km am St. Dr. No. pp. Henry VIII "
    "I May 3 14 1914 2024 1,234 0.5 007 10:30 9/11 3–4 '90s Ⅷ ① ٣ ５ ⅞ ₂ A B.B.C. www.a.org a@b.org".split()
)


@settings(max_examples=25, deadline=None)
@given(st.lists(SIGNS | st.text(max_size=4) | st.just(" "), max_size=14).map("".join))
def test_no_figure_and_no_sign_is_ever_left_to_the_voice(written):
    said = speakable(written)

    left = {letter for letter in said if unicodedata.category(letter)[0] in "NSCZ"}
    assert left <= set(" \u200c\u200d")
    assert "  " not in said
    assert said == said.strip()
    assert speakable(written) == said
