"""Where copies go: as each country writes it, from which day on, and as it was known when it mattered."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django_countries import countries

from accounts.roles import Role
from subscriptions.fulfilment import addresses, moves, notices
from subscriptions.models import Address, DeliveryZone, Letter, Subscription, SubscriptionEvent, ZonePrice
from tests import make

pytestmark = pytest.mark.wide

NOON = datetime(2027, 1, 10, 12, tzinfo=UTC)
TODAY = NOON.date()
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def typed(words: str) -> dict[str, str]:
    """``country=GB; name=…``, with a bar between the lines of a street."""
    pairs = (one.partition("=") for one in words.split("; "))
    return {name: value.replace("|", "\n") for name, _equals, value in pairs}


def lines(words: str) -> tuple[str, ...]:
    return addresses.lines_of(Address(**addresses.clean(typed(words))))


# -- As each country writes it -----------------------------------------------------


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (
            "country=GB; name=Ada Quill; street=4 Ropewalk; city=Tallow Bay; postal_code=ec1y8sy",
            "Ada Quill|4 Ropewalk|TALLOW BAY|EC1Y 8SY",
        ),
        (
            "country=US; name=Ada; company=Quill & Co; street=PO Box 12|Unit 2; city=Springfield; "
            "area=illinois; postal_code=62701-1234",
            "Ada|Quill & Co|PO Box 12|Unit 2|SPRINGFIELD, IL 62701-1234|UNITED STATES OF AMERICA",
        ),
        (
            "country=DE; name=Änne Öz; street=Postfach 10 11 12; city=Köln; postal_code=50667",
            "Änne Öz|Postfach 10 11 12|50667 KÖLN|GERMANY",
        ),
        # Kept in its own script and order; digits of full width are digits.
        (
            "country=JP; name=山田太郎; street=千代田区丸の内1-1; area=東京都; postal_code=１００－０００５",
            "〒100-0005|東京都|千代田区丸の内1-1|山田太郎|JAPAN",
        ),
        # In Latin letters the order is that for letters from abroad.
        (
            "country=JP; name=Taro Yamada; street=Marunouchi 1-1; area=tokyo; postal_code=100-0005",
            "Taro Yamada|Marunouchi 1-1, TOKYO|100-0005|JAPAN",
        ),
        (
            "country=CN; name=王伟; street=中山路1号; city=青岛市; area=山东省; district=市南区; "
            "postal_code=266033",
            "266033|山东省青岛市市南区|中山路1号|王伟|CHINA",
        ),
        (
            "country=KR; name=김철수; street=세종대로 110; city=중구; area=서울특별시; postal_code=04524",
            "서울특별시 중구|세종대로 110|김철수|04524|SOUTH KOREA",
        ),
        (
            "country=RU; name=Иван Петров; street=ул. Ленина, 5; city=Тула; area=Тульская область; "
            "postal_code=300000",
            "Иван Петров|УЛ. ЛЕНИНА, 5|ТУЛА|Тульская область|300000|RUSSIA",
        ),
        (
            "country=GR; name=Νίκος; street=Ερμού 1; city=Αθήνα; postal_code=105 63",
            "Νίκος|Ερμού 1|105 63 ΑΘΉΝΑ|GREECE",
        ),
        ("country=IE; name=Aoife; street=1 Quay; city=Cork", "Aoife|1 Quay|CORK|IRELAND"),
        (
            "country=HK; name=Mei; street=1 Nathan Road; city=Mong Kok; area=Kowloon",
            "Mei|1 Nathan Road|Mong Kok|KOWLOON|HONG KONG",
        ),
        (
            "country=LU; name=Luc; street=1 Rue; city=Luxembourg; postal_code=L-1234",
            "Luc|1 Rue|L-1234 LUXEMBOURG|LUXEMBOURG",
        ),
        ("country=AE; name=Noor; street=PO Box 7; area=Dubai", "Noor|PO Box 7|Dubai|UNITED ARAB EMIRATES"),
    ],
)
def test_a_label_is_set_as_the_countrys_post_wants_it(words, label):
    assert lines(words) == tuple(label.split("|"))


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("country=; name=Ada", {"country": "Choose the country."}),
        ("country=XX; name=Ada", {"country": "Choose the country."}),
        (
            "country=GB",
            {
                "name": "Write the name that stands at the door.",
                "street": "Write the street and number, or the PO box.",
                "city": "Write the town or city.",
                "postal_code": "Write the postcode.",
            },
        ),
        (
            "country=US; name=A; street=1 Elm; city=X",
            {"area": "Write the state.", "postal_code": "Write the ZIP code."},
        ),
        (
            "country=US; name=A; street=1 Elm; city=X; area=Wessex; postal_code=62701",
            {"area": "We do not know this one. Write it like Alabama (United States of America)."},
        ),
        (
            "country=DE; name=A; street=Weg 1; city=Köln; postal_code=5066",
            {"postal_code": "Write it like 26133 (Germany)."},
        ),
        ("country=JP; name=A; street=1-1; postal_code=100-0005", {"area": "Write the prefecture."}),
        ("country=IE; name=A; street=1 Quay", {"city": "Write the town or city."}),
        ("country=IN; name=A; street=1; area=Kerala; city=Kochi", {"postal_code": "Write the PIN code."}),
        (
            "country=IE; name=A; street=1|2|3|4; city=Cork",
            {"street": "Write at most 3 lines."},
        ),
        (
            f"country=IE; name={'A' * 121}; street=1; city=Cork",
            {"name": "That is too long: 120 characters at most fit on a label."},
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_beside_the_field(words, wrong):
    with pytest.raises(ValidationError) as refusal:
        addresses.clean(typed(words))

    assert {name: said[0] for name, said in refusal.value.message_dict.items()} == wrong


def test_what_nobody_sees_is_dropped_and_lines_stay():
    cleaned = addresses.clean(
        {**make.ADDRESS, "name": " Ada\u200b\x00  Quill\n", "street": "4 Ropewalk\r\n\r\n Back door "}
    )

    assert (cleaned["name"], cleaned["street"]) == ("Ada Quill", "4 Ropewalk\nBack door")


def test_every_country_has_fields_and_an_order():
    for code, _name in countries:
        named = [field.name for field in addresses.fields_for(code)]
        assert {"name", "street"} <= set(named), code
        assert len(named) == len(set(named)), code


@pytest.mark.parametrize(("home", "last"), [("GB", "EC1Y 8SY"), ("IE", "UNITED KINGDOM")])
def test_the_magazines_own_country_is_left_out(home, last, settings):
    settings.MAGAZINE_COUNTRY = home

    assert addresses.lines_of(Address(**make.ADDRESS))[-1] == last


# -- From which day on, and as it was known -----------------------------------------


def city_on(reader, day: date, known_at: datetime) -> str:
    found = addresses.address_of(reader, day, known_at)
    return found.city if found else ""


@pytest.mark.django_db
def test_what_holds_on_a_day_is_what_was_known_at_the_cut_off():
    reader = make.reader()
    make.address(by=reader, city="Old", at=NOON)
    make.address(by=reader, city="New", from_on=TODAY + 30 * DAY, at=NOON + DAY)
    stay = make.address(
        by=reader, city="Sea", from_on=TODAY + 10 * DAY, until_on=TODAY + 40 * DAY, at=NOON + 2 * DAY
    )
    addresses.withdraw(stay, by=reader, at=NOON + 4 * DAY)

    known = NOON + 3 * DAY
    days = (9, 10, 40, 41)
    assert [city_on(reader, TODAY + n * DAY, known) for n in days] == ["Old", "Sea", "Sea", "New"]
    # The instant before something was said, at it; before it was taken back, at it.
    ahead = TODAY + 35 * DAY
    assert city_on(reader, ahead, NOON - INSTANT) == ""
    assert city_on(reader, ahead, NOON + DAY - INSTANT) == "Old"
    assert city_on(reader, ahead, NOON + DAY) == "New"
    assert city_on(reader, ahead, NOON + 4 * DAY - INSTANT) == "Sea"
    assert city_on(reader, ahead, NOON + 4 * DAY) == "New"


@pytest.mark.django_db
def test_of_two_that_hold_on_a_day_the_one_said_later_counts():
    reader = make.reader()
    for number, at in enumerate((NOON, NOON + DAY / 4)):
        make.address(by=reader, city=f"City {number}", at=at)

    assert city_on(reader, TODAY, NOON + DAY) == "City 1"


@pytest.mark.django_db
def test_the_same_address_said_twice_is_said_once_and_again_after_another():
    reader = make.reader()
    first = make.address(by=reader, at=NOON)
    assert make.address(by=reader, at=NOON + DAY / 24) == first

    make.address(by=reader, city="Elsewhere", at=NOON + DAY / 12)
    make.address(by=reader, at=NOON + DAY / 6)

    assert city_on(reader, TODAY, NOON + DAY) == "Tallow Bay"
    assert Address.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(-1, None, "from_on"), (367, None, "from_on"), (5, 4, "until_on"), (0, 367, "until_on")],
)
def test_days_that_make_no_sense_are_refused(first, last, field):
    days = {"from_on": TODAY + first * DAY, "until_on": None if last is None else TODAY + last * DAY}

    with pytest.raises(ValidationError) as refusal:
        make.address(at=NOON, **days)

    assert list(refusal.value.message_dict) == [field]


@pytest.mark.django_db
def test_two_readers_live_at_one_address_and_move_apart():
    ada, bea = make.reader(), make.reader()
    both = [make.address(by=reader, at=NOON) for reader in (ada, bea)]

    make.address(by=bea, city="Elsewhere", at=NOON + DAY / 24)

    assert [addresses.lines_of(one) for one in both] == [addresses.lines_of(both[0])] * 2
    assert city_on(ada, TODAY, NOON + DAY) == "Tallow Bay"
    assert city_on(bea, TODAY, NOON + DAY) == "Elsewhere"


@pytest.mark.django_db
def test_an_address_is_found_by_its_words_without_accents():
    found = make.address(country="DE", street="Äußere Straße 1", city="Köln", postal_code="50667", at=NOON)

    assert addresses.searchable(["KOLN"]) in found.search
    assert addresses.searchable(["aussere strasse"]) in found.search


@pytest.mark.django_db
def test_the_story_says_that_an_address_was_given_and_not_which():
    make.sold_plan()
    subscription = make.subscription(at=NOON)

    make.address(by=subscription.reader, at=NOON)

    line = SubscriptionEvent.objects.get(kind="address")
    assert line.reason == "GB 2027-01-10"


# -- What is said of it ---------------------------------------------------------------


@pytest.mark.django_db
def test_wherever_an_address_stands_the_issue_and_the_last_moment_stand_beside_it():
    reader = make.reader()
    make.issue(cover_on=date(2027, 2, 5), number=14, released_at=None)
    make.address(by=reader, at=NOON)

    said = notices.goes_to(reader, NOON).sentence

    assert said == (
        "Goes to Ada Quill, 4 Ropewalk, TALLOW BAY, EC1Y 8SY. A change takes effect from 1/14 "
        "(5 February 2027), if you make it before Thursday 21 January, 18:00."
    )


@pytest.mark.django_db
def test_what_changed_since_it_was_shown_is_shown_again_and_not_done():
    reader = make.reader()
    move = moves.Say(make.ADDRESS, TODAY)
    shown = moves.rehearse(move, reader, by=reader, at=NOON)
    assert not Address.objects.exists()
    make.issue(cover_on=date(2027, 2, 5), number=14, released_at=None)

    with pytest.raises(moves.ChangedSinceError) as refusal:
        moves.perform(move, reader, by=reader, shown=shown.mark, at=NOON)

    assert "from 1/14 (5 February 2027) on" in refusal.value.now.sentences[0]
    assert not Address.objects.exists()
    assert not Letter.objects.exists()


# -- The pages --------------------------------------------------------------------------


@pytest.fixture
def subscription(client) -> Subscription:
    make.zones()
    made = make.subscription()
    client.force_login(made.reader)
    return made


@pytest.mark.django_db
def test_a_reader_adds_print_sees_price_and_what_happens_and_comes_to_the_payment(client, subscription):
    page = reverse("subscriptions:print_add")
    assert "costs £54.00 a year (Europe)" in client.get(page, {"country": "FR"}).content.decode()

    wrong = client.post(page, {**make.ADDRESS, "postal_code": "1"})
    assert wrong.status_code == 422
    assert "Write it like" in wrong.content.decode()
    looked = client.post(page, make.ADDRESS)
    assert looked.status_code == 200
    assert "Copies go to Ada Quill" in looked.content.decode()
    assert not Address.objects.exists()

    done = client.post(page, {**make.ADDRESS, "shown": looked.context["consequences"].mark})

    assert done["Location"] == subscription.get_absolute_url()
    assert Address.objects.get().city == "Tallow Bay"
    assert "£36.00" in client.get(done["Location"]).content.decode()
    assert client.get(page).status_code == 302
    assert "It comes as soon as it is paid." in client.get(reverse("subscriptions:account")).content.decode()


@pytest.mark.django_db
def test_a_reader_stays_elsewhere_for_a_while_and_takes_it_back(client, subscription):
    make.address(by=subscription.reader)
    page = reverse("subscriptions:addresses")
    soon = make.day_of(make.timezone.now()) + 5 * DAY
    sent = {**make.ADDRESS, "city": "Saltmarsh", "from_on": str(soon), "until_on": str(soon + 9 * DAY)}

    late = client.post(page, {**sent, "until_on": str(soon - DAY)})
    assert late.status_code == 422
    assert "The last day comes before the first." in late.content.decode()
    looked = client.post(page, sent)
    client.post(page, {**sent, "shown": looked.context["told"].mark})

    stay = Address.objects.get(city="Saltmarsh")
    back = reverse("subscriptions:address_withdraw", args=[stay.pk])
    client.post(back, {"shown": client.get(back).context["told"].mark})
    stay.refresh_from_db()
    assert stay.withdrawn_at is not None
    assert client.get(back).status_code == 404


@pytest.mark.django_db
def test_a_stranger_and_another_reader_see_nobodys_address(client, subscription):
    theirs = make.address()

    page = client.get(reverse("subscriptions:address_withdraw", args=[theirs.pk]))

    assert page.status_code == 404
    assert client.get(reverse("subscriptions:addresses"))["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_the_publisher_gives_a_zone_a_new_price_and_a_country(client):
    make.zones()
    client.force_login(make.staff(Role.PUBLISHER))
    zone = DeliveryZone.objects.get(slug="united-kingdom")
    page = reverse("admin:subscriptions_deliveryzone_change", args=[zone.pk])
    sent = {
        "name": zone.name,
        "slug": zone.slug,
        "codes": "gb, gg",
        "position": 0,
        "prices-TOTAL_FORMS": 1,
        "prices-INITIAL_FORMS": 0,
        "prices-0-currency": "gbp",
        "prices-0-year_minor": "39.50",
        "prices-0-sold_from_at_0": "2026-01-01",
        "prices-0-sold_from_at_1": "12:00",
    }

    taken = client.post(page, sent)
    assert "Another zone has these already: GG (Europe)." in taken.content.decode()
    sent["codes"] = "GB IO"
    assert client.post(page, sent).status_code == 302

    assert list(zone.countries.values_list("country", flat=True)) == ["GB", "IO"]
    assert ZonePrice.objects.on_sale().get(zone=zone, currency="GBP").year_minor == 3950
