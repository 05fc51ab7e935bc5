"""Addresses where the applicant's side acts on a running case."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
