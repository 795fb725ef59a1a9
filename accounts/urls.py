"""The addresses of a reader's own data."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.data, name="data"),
    path("download/", views.download, name="download"),
    path("erase/", views.erase, name="erase"),
    path("erase/code/", views.code, name="erase_code"),
    path("keep/", views.keep, name="keep"),
]
