"""The addresses of recordings, of what a reader put by, and of where they are."""

from django.urls import include, path, re_path

from audio import views

app_name = "audio"

urlpatterns = [
    path("", include("audio.feeds.urls")),
    re_path(r"^audio/(?P<key>[\w-]{16,40})\.(?P<extension>mp3|opus)$", views.file, name="file"),
    path("issues/<int:volume>/<int:number>/listen/", views.issue, name="issue"),
    path("account/list/", views.my_list, name="list"),
    path("account/list/<int:article>/put-by/", views.put_by, name="put_by"),
    path("account/list/<int:article>/take-off/", views.take_off, name="take_off"),
    path("account/list/<int:article>/move/", views.move, name="move"),
    path("account/place/<int:article>/", views.place, name="place"),
]
