"""Addresses of the accounts pages."""

from django.urls import path

from permits.views import accounts, demo_mail

urlpatterns = [
    path("anmelden/", accounts.SignInView.as_view(), name="sign_in"),
    path("abmelden/", accounts.sign_out, name="sign_out"),
    path("neu/", accounts.sign_up, name="sign_up"),
    path("neu/<str:token>/", accounts.confirm_email, name="confirm_email"),
    path("passwort-vergessen/", accounts.password_reset, name="password_reset"),
    path("passwort-vergessen/<str:token>/", accounts.set_password, name="set_password"),
    path("profil/", accounts.profile, name="profile"),
    path("profil/passwort/", accounts.change_password, name="change_password"),
    path("profil/e-mail/", accounts.change_email, name="change_email"),
    path("e-mail-bestaetigen/<str:token>/", accounts.confirm_email_change, name="confirm_email_change"),
    path("demo-post/", demo_mail.demo_mail, name="demo_mail"),
    path("demo-post/<str:name>/", demo_mail.demo_mail_detail, name="demo_mail_detail"),
]
