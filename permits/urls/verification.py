"""Addresses of the verification pages."""

from django.urls import path

from permits.views.verification import verify

urlpatterns = [
    path("", verify, name="verify"),
    path("<path:number>/", verify, name="verify"),
]
