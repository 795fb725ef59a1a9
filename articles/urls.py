"""The addresses of what we publish. The sections' own come last: they would match anything."""

from django.urls import path

from articles import views

app_name = "articles"

urlpatterns = [
    path("", views.front, name="front"),
]
