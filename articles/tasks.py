"""What the worker does for the articles. Thin: ids come in, activities are called."""

from django.db import transaction
from django_tasks import task
from PIL import Image

from articles import renditions
from articles.issues import release
from articles.models import Article, Picture


@task()
def tell_of_release(event_id: int) -> bool:
    """Tell readers and rooms of an issue that has been released, unless that was taken back."""
    return release.tell(event_id)


@task()
def make_renditions(picture_id: int) -> int:
    """Make the files of a picture that are still missing; return how many were made.

    Safe to run twice and at any time: what the picture's row lists is not made again. Costs 1–3 s of
    CPU for a photograph. The articles that show the picture in their body are rendered anew.
    """
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None:
        return 0
    listed = {(entry["mime"], entry["width"]) for entry in picture.renditions}
    wanted = [
        (form, width)
        for width in renditions.widths_for(picture.width)
        for form in renditions.FORMATS
        if (form.mime, width) not in listed
    ]
    if not wanted:
        return 0

    made = []
    with picture.original.open() as file, Image.open(file, formats=["JPEG"]) as master:
        for smaller in renditions.shrink(master):
            made += [
                renditions.make(smaller, picture.content_hash, form)
                for form, width in wanted
                if width == smaller.width
            ]
    with transaction.atomic():
        picture = Picture.objects.select_for_update().get(pk=picture_id)
        added = {entry["name"] for entry in made}
        picture.renditions = [entry for entry in picture.renditions if entry["name"] not in added] + made
        picture.save(update_fields=["renditions"])
    _render_articles_showing(picture)
    return len(made)


def _render_articles_showing(picture: Picture) -> None:
    showing = Article.objects.filter(body__contains=f'data-image="{picture.pk}"').order_by()
    for article_id in showing.values_list("pk", flat=True):
        # Read under the lock: an editor's save in between must not be undone.
        with transaction.atomic():
            for article in Article.objects.select_for_update().filter(pk=article_id):
                article.render_again()
