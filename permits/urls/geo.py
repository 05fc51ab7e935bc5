"""Addresses of the geodata."""

from django.urls import path

from permits.views import geo

urlpatterns = [
    path("vorgaenge/<uuid:uuid>/", geo.geo_case, name="geo_case"),
    path("<uuid:uuid>/", geo.geo_window, name="geo_window"),
    path("<uuid:uuid>/<slug:layer>/", geo.geo_window, name="geo_layer"),
]
