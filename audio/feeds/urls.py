"""The addresses for podcast apps; part of ``audio.urls``."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from audio.feeds import views


class KeyConverter(StringConverter):
    """The name of a recording, as ``audio.models.narration.new_key`` makes it."""

    regex = "[A-Za-z0-9_-]{16,40}"


register_converter(KeyConverter, "recording")

urlpatterns = [
    path("audio/feed.xml", views.open_feed, name="feed"),
    path("audio/<recording:key>.vtt", views.transcript, name="transcript"),
    path("audio/<recording:key>.json", views.chapter_list, name="chapters"),
    path("listen/<str:token>/feed.xml", views.own_feed, name="own_feed"),
    path("listen/<str:token>/<int:volume>-<int:number>.xml", views.own_issue_feed, name="own_issue_feed"),
    path("listen/<str:token>/<recording:key>.mp3", views.own_file, name="own_file"),
    path("listen/<str:token>/<recording:key>.vtt", views.own_transcript, name="own_transcript"),
    path("listen/<str:token>/<recording:key>.json", views.own_chapters, name="own_chapters"),
]
