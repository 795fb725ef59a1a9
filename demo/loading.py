"""Turns the demo's texts, pictures and people into a magazine; safe to run twice.

Whatever is there already (by slug, number or e-mail address) is left alone, so an interrupted load
is finished by the next one and nothing that somebody changed is undone.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from articles.issues import lengths
from articles.models import Article, Author, Byline, Correction, Issue, Picture, RelatedArticle, Section
from articles.uploads import take_picture
from audio.models import Pronunciation
from demo import reading
from demo.drawings import (
    VOLUME,
    cover_dates,
    cover_title,
    drawings,
    drawn,
    picture_title,
    portrait_title,
)

Report = Callable[[str], None]


def load(*, at: datetime, report: Report = print) -> None:
    """Load the articles, authors, issues and pictures of the demo as if it were ``at``."""
    pictures = _pictures(at, report)
    sections = _sections()
    authors = _authors(pictures)
    issues = _issues(pictures, at)
    # Written “30g”, and not grams: the coin of the country.
    Pronunciation.objects.get_or_create(word="30g", language="", defaults={"spoken": "30 groats"})
    report("Setting the articles …")
    _articles(sections, authors, issues, pictures, at)


def slugs() -> set[str]:
    """The addresses of the demo's articles."""
    return {text.slug for text in reading.texts()}


def load_desk(at: datetime) -> None:
    """Put on the desk what is not public yet: a scheduled piece, and the next issue with two in it."""
    coming, page = _coming_issue(at), 4
    for row in reading.table("desk"):
        if Article.objects.filter(slug=row["slug"]).exists():
            continue
        author = Author.objects.select_related("account").get(slug=row["author"])
        is_for_issue = "hours_ahead" not in row
        article = Article.objects.create(
            headline=row["headline"],
            kicker=row["kicker"],
            standfirst=row["standfirst"],
            slug=row["slug"],
            body=row["body"],
            section=Section.objects.get(slug=row["section"]),
            status=row["status"],
            published_at=None if is_for_issue else at + timedelta(hours=row["hours_ahead"]),
            issue=coming if is_for_issue else None,
            page=page if is_for_issue else None,
            created_by=author.account,
        )
        article.tags.add(*row["tags"])
        Byline.objects.create(article=article, author=author)
        page += lengths.pages_of(article) if is_for_issue else 0


def _coming_issue(at: datetime) -> Issue:
    """Return the issue that the desk is working on, half a month away; three more are planned after it."""
    today = timezone.localdate(at)
    days = [day for ahead in range(1, 70) if (day := today + timedelta(days=ahead)).day in (1, 15)]
    planned = [
        Issue.objects.get_or_create(
            volume=VOLUME + 1,
            number=number,
            defaults={"cover_on": cover_on, "pages": 32, "opened_at": at if number == 1 else None},
        )[0]
        for number, cover_on in enumerate(days[:4], start=1)
    ]
    return planned[0]


def instant(day: date, clock: str) -> datetime:
    """Return the instant of a clock time such as ``06:00`` on ``day`` in the magazine's zone."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=timezone.get_current_timezone())


def _pictures(at: datetime, report: Report) -> dict[str, Picture]:
    """Draw what is not in the library yet; return every picture by its name there."""
    found = {picture.title: picture for picture in Picture.objects.all()}
    missing = [one for one in drawings(timezone.localdate(at)) if one.title not in found]
    if missing:
        report(f"Drawing {len(missing)} pictures …")
    for drawing, jpeg in drawn(missing):
        found[drawing.title] = take_picture(
            ContentFile(jpeg, name="drawing.jpg"),
            title=drawing.title,
            alt=drawing.alt,
            caption=drawing.caption,
            credit=drawing.credit,
        )
    return found


def _sections() -> dict[str, Section]:
    return {
        row["slug"]: Section.objects.get_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "description": row["description"],
                "position": row["position"],
            },
        )[0]
        for row in reading.table("sections")
    }


def _authors(pictures: dict[str, Picture]) -> dict[str, Author]:
    return {
        row["slug"]: Author.objects.get_or_create(
            slug=row["slug"],
            defaults={
                "name": row["name"],
                "role": row["role"],
                "biography": row["biography"],
                "portrait": pictures[portrait_title(row["name"])],
            },
        )[0]
        for row in reading.table("people")
    }


def _issues(pictures: dict[str, Picture], at: datetime) -> dict[int, Issue]:
    days = cover_dates(timezone.localdate(at))
    return {
        row["number"]: Issue.objects.get_or_create(
            volume=VOLUME,
            number=row["number"],
            defaults={
                "cover_on": days[row["number"] - 1],
                "title": row["title"],
                "standfirst": row["standfirst"],
                "cover": pictures[cover_title(row["number"])],
                "released_at": instant(days[row["number"] - 1], "06:00"),
            },
        )[0]
        for row in reading.table("issues")
    }


def _articles(
    sections: dict[str, Section],
    authors: dict[str, Author],
    issues: dict[int, Issue],
    pictures: dict[str, Picture],
    at: datetime,
) -> None:
    held = dict(Article.objects.values_list("slug", "pk"))
    new = [text for text in reading.texts() if text.slug not in held]
    made: dict[str, Article] = {}
    for text in sorted(new, key=lambda text: (text.issue, text.page)):
        released_at = instant(issues[text.issue].cover_on, text.time)
        # An issue's pieces appear one by one over its first days, none in the future.
        appears_at = min(released_at + timedelta(hours=13) * (text.page // 12), at - timedelta(minutes=90))
        article = Article.objects.create(
            headline=text.headline,
            kicker=text.kicker,
            standfirst=text.standfirst,
            section=sections[text.section],
            slug=text.slug,
            audience=text.audience,
            issue=issues[text.issue],
            page=text.page,
            lead_picture=pictures.get(picture_title(text.slug)),
            front_slot=FRONT.get(text.slug),
            status=Article.Status.APPROVED,
            published_at=max(appears_at, released_at) if released_at <= at else at,
        )
        article.tags.add(*text.tags)
        bylines = [(slug, "") for slug in text.authors]
        bylines += [(row["author"], row["role"]) for row in text.credits]
        for position, (slug, role) in enumerate(bylines):
            Byline.objects.create(article=article, author=authors[slug], role=role, position=position)
        if text.correction:
            Correction.objects.create(
                article=article,
                note=text.correction,
                corrected_on=timezone.localdate(article.published_at) + timedelta(days=1),
            )
        made[text.slug] = article
    # The words come second, when every article they link to has its address.
    ids = held | {slug: article.pk for slug, article in made.items()}
    for text in new:
        article = made[text.slug]
        article.body = _with_picture_ids(text, pictures)
        article.save()
        RelatedArticle.objects.bulk_create(
            RelatedArticle(article=article, related_id=ids[slug], position=position)
            for position, slug in enumerate(text.related)
        )


def _with_picture_ids(text: reading.Text, pictures: dict[str, Picture]) -> str:
    body = text.body
    for row in text.pictures:
        picture = pictures[picture_title(text.slug, row["name"])]
        body = body.replace(f'data-image="{row["name"]}"', f'data-image="{picture.pk}"')
    return body


# What an editor would place by hand on the front page.
FRONT = {
    "the-river-that-was-put-back": 1,
    "nothing-lasts-like-the-temporary": 2,
    "the-moon-has-not-changed-its-interface": 3,
    "two-gauges-and-a-roof": 4,
}
