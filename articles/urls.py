"""The addresses of what we publish. The sections' own come last: they would match anything."""

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from articles import feeds, sitemaps, views


class WordConverter(SlugConverter):
    """A slug in any script, as the tags of imported articles may be."""

    regex = r"[-\w]+"


register_converter(WordConverter, "word")

app_name = "articles"

urlpatterns = [
    path("", views.front, name="front"),
    path("search/", views.search, name="search"),
    path("tags/", views.tags, name="tags"),
    path("tags/<word:slug>/", views.tag, name="tag"),
    path("authors/", views.authors, name="authors"),
    path("authors/<slug:slug>/", views.author, name="author"),
    path("series/<slug:slug>/", views.series, name="series"),
    path("issues/", views.issues, name="issues"),
    path("issues/<int:volume>/", views.volume, name="volume"),
    path("issues/<int:volume>/<int:number>/", views.issue, name="issue"),
    path("preview/<str:secret>/", views.preview, name="preview"),
    path("gift-link/<str:key>/", views.given, name="given"),
    path("archive/", views.archive, name="archive"),
    path("archive/<int:year>/", views.archive_year, name="archive_year"),
    path("archive/<int:year>/<int:month>/", views.archive_month, name="archive_month"),
    path("feeds/latest.xml", feeds.latest, name="feed"),
    path("feeds/sections/<slug:slug>.xml", feeds.section, name="section_feed"),
    path("feeds/authors/<slug:slug>.xml", feeds.author, name="author_feed"),
    path("sitemap.xml", sitemaps.site_map, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("<slug:section>/", views.section, name="section"),
    path("<slug:section>/<slug:slug>/", views.article, name="article"),
    path("<slug:section>/<slug:slug>/give/", views.give, name="give"),
    path("<slug:section>/<slug:slug>/open/", views.open_metered, name="open_metered"),
]
