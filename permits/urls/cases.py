"""Addresses of the pages that show a case."""

from django.urls import URLPattern, URLResolver, path

from permits.views.cases import case_detail

urlpatterns: list[URLPattern | URLResolver] = [
    path("<uuid:uuid>/", case_detail, name="case_detail"),
]
