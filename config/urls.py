"""All addresses of the site. No address shows a primary key."""

from django.urls import include, path

urlpatterns = [
    path("", include("permits.urls.pages")),
    path("konto/", include("permits.urls.accounts")),
    path("antraege/", include("permits.urls.applications")),
    path("vorgaenge/", include("permits.urls.cases")),
    path("vorgaenge/", include("workflows.urls.applicant")),
    path("vorgaenge/", include("workflows.urls.staff")),
    path("behoerde/", include("permits.urls.authority")),
    path("behoerde/", include("permits.urls.letters")),
    path("geo/", include("permits.urls.geo")),
    path("pruefen/", include("permits.urls.verification")),
]

handler400 = "permits.views.pages.bad_request"
handler403 = "permits.views.pages.forbidden"
handler404 = "permits.views.pages.not_found"
handler500 = "permits.views.pages.server_error"
