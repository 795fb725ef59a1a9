"""The addresses of issues as files."""

from django.urls import path

from editions import views

app_name = "editions"

urlpatterns = [
    path("issues/search/", views.search, name="search"),
    path("issues/<int:volume>/<int:number>/<str:file>", views.download, name="download"),
    path("files/<str:address>/<str:file>", views.signed, name="signed"),
    path("lent/<str:secret>/", views.lent, name="lent"),
    path("lent/<str:secret>/<str:file>", views.lent_file, name="lent_file"),
    path("feeds/mine/<str:token>/catalogue.xml", views.catalogue, name="catalogue"),
]
