"""Addresses of the pages that everybody may read."""

from django.urls import path

from permits.views import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("impressum/", pages.imprint, name="imprint"),
    path("datenschutz/", pages.privacy, name="privacy"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("hilfe/", pages.help_page, name="help"),
    path("quelltext/", pages.source, name="source"),
]
