"""Addresses where the applicant's side acts on a running case."""

from django.urls import path

from workflows.views.applicant import answer, consent, hearing, messages, retrieve, submit, withdraw

urlpatterns = [
    path("<uuid:uuid>/einreichen/", submit.application_submit, name="application_submit"),
    path("<uuid:uuid>/bekanntgabe/<uuid:party>/", consent.portal_consent, name="portal_consent"),
    path("<uuid:uuid>/nachricht/", messages.applicant_message, name="applicant_message"),
    path("<uuid:uuid>/nachreichen/", answer.answer_request, name="answer_request"),
    path("<uuid:uuid>/nachreichen/bauvorlage/", answer.answer_upload, name="answer_upload"),
    path("<uuid:uuid>/nachreichen/bauvorlage/<uuid:document>/", answer.answer_version, name="answer_version"),
    path("<uuid:uuid>/nachreichen/lageplan/", answer.answer_site_plan, name="answer_site_plan"),
    path("<uuid:uuid>/stellungnahme/", hearing.hearing_statement, name="hearing_statement"),
    path("<uuid:uuid>/ruecknahme/", withdraw.withdraw_application, name="withdraw_application"),
    path("<uuid:uuid>/bescheid/<uuid:service>/", retrieve.retrieve_notice, name="retrieve_notice"),
]
