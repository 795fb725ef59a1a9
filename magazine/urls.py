"""Every address of the magazine begins here."""

from django.contrib import admin
from django.urls import include, path

from accounts.desk import desk_login
from magazine.health import health
from magazine.media import picture_file

urlpatterns = [
    path("desk/login/", desk_login, name="desk_login"),
    path("desk/", admin.site.urls),
    path("account/data/", include("accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("media/<path:name>", picture_file, name="picture_file"),
    path("health/", health, name="health"),
    path("", include("subscriptions.urls")),
    path("", include("editions.urls")),
    path("", include("audio.urls")),
    path("", include("articles.urls")),
]
