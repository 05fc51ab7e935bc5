"""Forms of the accounts pages."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from permits.forms.base import KernForm, KernMixin, KernModelForm
from permits.models import User

EMAIL_ATTRS = {"autocomplete": "email", "spellcheck": "false"}
NEW_PASSWORD_HINT = "Mindestens 10 Zeichen. Ein Satz aus mehreren Wörtern ist sicher und leicht zu merken."  # noqa: S105


class SignInForm(KernMixin, AuthenticationForm):
    """Sign in with e-mail address and password. Pasting and password managers work (WCAG 3.3.8)."""

    username = forms.EmailField(
        label="E-Mail-Adresse", widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"})
    )
    password = forms.CharField(
        label="Passwort", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": "E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beide.",
        "inactive": "Dieses Konto ist gesperrt. Bitte wenden Sie sich an Ihre Bauaufsichtsbehörde.",
    }


class EmailForm(KernForm):
    """One e-mail address: sign-up, password reset."""

    email = forms.EmailField(label="E-Mail-Adresse", max_length=254, widget=forms.EmailInput(attrs=EMAIL_ATTRS))


class NewPasswordForm(KernForm):
    """A new password, typed once; the person may look at it."""

    password = forms.CharField(
        label="Neues Passwort",
        strip=False,
        help_text=NEW_PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse weak passwords."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password


class FinishSignUpForm(NewPasswordForm):
    """Name and password, once the address is confirmed."""

    printed = True

    given_name = forms.CharField(
        label="Vorname", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label="Nachname", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ["given_name", "family_name", "password"]

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, user=User(email=email), **kwargs)
        self.fields["password"].label = "Passwort"


class ChangePasswordForm(NewPasswordForm):
    """The old password, then the new one."""

    old_password = forms.CharField(
        label="Bisheriges Passwort",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["old_password", "password"]

    def clean_old_password(self) -> str:
        """Refuse a wrong password."""
        return _checked_password(self.user, self.cleaned_data["old_password"])


class ChangeEmailForm(EmailForm):
    """A new address; the password shows that it is the owner who asks."""

    password = forms.CharField(
        label="Ihr Passwort", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["email"].label = "Neue E-Mail-Adresse"

    def clean_email(self) -> str:
        """Refuse the address that the account has already."""
        email: str = self.cleaned_data["email"]
        if email.casefold() == self.user.email.casefold():
            raise ValidationError("Das ist schon Ihre E-Mail-Adresse.")
        return email

    def clean_password(self) -> str:
        """Refuse a wrong password."""
        return _checked_password(self.user, self.cleaned_data["password"])


class ProfileForm(KernModelForm):
    """Name and telephone number."""

    printed = True

    class Meta:
        model = User
        fields = ["given_name", "family_name", "phone"]
        widgets = {
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
        }


def _checked_password(user: User | None, password: str) -> str:
    if user is None or not user.check_password(password):
        raise ValidationError("Das Passwort ist nicht richtig.")
    return password
