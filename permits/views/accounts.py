"""Pages of the account: sign up, sign in, password, address, profile."""

from typing import Any

from axes.helpers import get_cool_off
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError
from permits.forms.accounts import (
    ChangeEmailForm,
    ChangePasswordForm,
    EmailForm,
    FinishSignUpForm,
    NewPasswordForm,
    ProfileForm,
    SignInForm,
)
from permits.models import User
from permits.services import accounts
from permits.services.account_tokens import LinkExpiredError, LinkInvalidError

BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInView(LoginView):
    """Sign in; too many failures lead to accounts/locked.html (django-axes)."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Leave out Django's ``site``, which would hide ours."""
        context = super().get_context_data(**kwargs)
        return {key: value for key, value in context.items() if key not in ("site", "site_name")}

    def form_invalid(self, form: Any) -> HttpResponse:
        """Answer 422, as every form here does."""
        response = super().form_invalid(form)
        response.status_code = 422
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in and write it to the audit log."""
        response = super().form_valid(form)
        accounts.record_sign_in(user=form.get_user())
        return response


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """Say that there were too many attempts, and how long to wait (called by django-axes)."""
    cool_off = get_cool_off(request)
    minutes = round(cool_off.total_seconds() / 60) if cool_off else None
    return render(request, "accounts/locked.html", {"minutes": minutes}, status=429)


def sign_up(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send a link to it."""
    if request.user.is_authenticated:
        return redirect("profile")
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.sign_up(email=form.cleaned_data["email"])
        return _mail_sent(request, form.cleaned_data["email"], again="sign_up")
    return render(request, "accounts/sign_up.html", {"form": form}, status=_status(form))


@never_cache
@sensitive_post_parameters("password")
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Open the account that a link from an e-mail promises."""
    try:
        email = accounts.email_of_sign_up(token)
    except (LinkExpiredError, LinkInvalidError) as error:
        return _bad_link(request, error, again="sign_up")
    form = FinishSignUpForm(request.POST or None, email=email)
    if request.method == "POST" and form.is_valid():
        try:
            user = accounts.confirm_email(token=token, **form.cleaned_data)
        except LinkInvalidError as error:
            return _bad_link(request, error, again="sign_up")
        login(request, user, backend=BACKEND)
        messages.success(request, "Ihr Konto ist angelegt und Sie sind angemeldet.")
        return redirect("home")
    return render(request, "accounts/finish_sign_up.html", {"form": form, "email": email}, status=_status(form))


def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send a link for a new password to it."""
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.request_password_reset(email=form.cleaned_data["email"])
        return _mail_sent(request, form.cleaned_data["email"], again="password_reset")
    return render(request, "accounts/password_reset.html", {"form": form}, status=_status(form))


@never_cache
@sensitive_post_parameters("password")
def set_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password by a link from an e-mail."""
    try:
        user = accounts.user_of_reset(token)
        form = NewPasswordForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            accounts.reset_password(token=token, password=form.cleaned_data["password"])
            messages.success(request, "Ihr neues Passwort gilt. Bitte melden Sie sich damit an.")
            return redirect("sign_in")
    except (LinkExpiredError, LinkInvalidError) as error:
        return _bad_link(request, error, again="password_reset")
    return render(request, "accounts/set_password.html", {"form": form, "email": user.email}, status=_status(form))


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change one's own name and telephone number."""
    user = _user(request)
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        accounts.change_profile(user=user, **form.cleaned_data)
        messages.success(request, "Ihre Angaben sind gespeichert.")
        return redirect("profile")
    context = {"form": form, "identity": user.identities.first(), "roles": _roles(user)}
    return render(request, "accounts/profile.html", context, status=_status(form))


@login_required
@sensitive_post_parameters("password", "old_password")
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password; other devices are signed out."""
    user = _user(request)
    form = ChangePasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        changed = accounts.change_password(user=user, password=form.cleaned_data["password"])
        update_session_auth_hash(request, changed)
        messages.success(request, "Ihr Passwort ist geändert. Andere Geräte sind abgemeldet.")
        return redirect("profile")
    return render(request, "accounts/change_password.html", {"form": form}, status=_status(form))


@login_required
@sensitive_post_parameters("password")
def change_email(request: HttpRequest) -> HttpResponse:
    """Ask for a new address; it counts once its owner has opened the link."""
    form = ChangeEmailForm(request.POST or None, user=_user(request))
    if request.method == "POST" and form.is_valid():
        accounts.request_email_change(user=_user(request), email=form.cleaned_data["email"])
        return _mail_sent(request, form.cleaned_data["email"], again="change_email")
    return render(request, "accounts/change_email.html", {"form": form}, status=_status(form))


@never_cache
def confirm_email_change(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for one click, so that a mail scanner that opens links changes nothing; then change the address."""
    if request.method != "POST":
        return render(request, "accounts/confirm_email_change.html")
    try:
        user = accounts.confirm_email_change(token=token)
    except InvalidInputError as error:
        return _bad_link(request, error, again="change_email")
    if request.user == user:
        update_session_auth_hash(request, user)
    messages.success(request, f"Ab jetzt gilt {user.email} für Ihr Konto.")
    return redirect("profile")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    request.session.flush()
    messages.success(request, "Sie sind abgemeldet.")
    return redirect("home")


def _mail_sent(request: HttpRequest, email: str, *, again: str) -> HttpResponse:
    return render(request, "accounts/mail_sent.html", {"email": email, "again": again})


def _bad_link(request: HttpRequest, error: InvalidInputError, *, again: str) -> HttpResponse:
    return render(request, "accounts/bad_link.html", {"message": str(error), "again": again}, status=410)


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _roles(user: User) -> list[str]:
    memberships = user.memberships.filter(active=True).select_related("authority")
    return [f"{membership.get_role_display()}, {membership.authority}" for membership in memberships]
