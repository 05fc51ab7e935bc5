"""Addresses of an authority's own pages: its team and layers, its log."""

from django.urls import path

from permits.views.staff import authority

urlpatterns = [
    path("", authority.authority_page, name="authority"),
    path("mitglied/", authority.member_add, name="member_add"),
    path("mitglied/entfernen/", authority.member_remove, name="member_remove"),
    path("protokoll/", authority.authority_log_page, name="authority_log"),
]
