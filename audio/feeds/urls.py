"""The addresses for podcast apps; part of ``audio.urls``."""

from django.urls import path

from audio.feeds import views

urlpatterns = [
    path("audio/feed.xml", views.open_feed, name="feed"),
    path("audio/<str:key>.vtt", views.transcript, name="transcript"),
    path("audio/<str:key>.json", views.chapter_list, name="chapters"),
    path("listen/<str:token>/feed.xml", views.own_feed, name="own_feed"),
    path("listen/<str:token>/<int:volume>-<int:number>.xml", views.own_issue_feed, name="own_issue_feed"),
    path("listen/<str:token>/<str:key>.mp3", views.own_file, name="own_file"),
    path("listen/<str:token>/<str:key>.vtt", views.own_transcript, name="own_transcript"),
    path("listen/<str:token>/<str:key>.json", views.own_chapters, name="own_chapters"),
]
