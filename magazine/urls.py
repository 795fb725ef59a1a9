"""Every address of the magazine begins here."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("desk/", admin.site.urls),
    path("account/", include("allauth.account.urls")),
    path("", include("subscriptions.urls")),
    path("", include("articles.urls")),
]
