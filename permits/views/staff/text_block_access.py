"""What the pages of the library share: whose library, which block, what was refused. Strangers get 404."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.urls import reverse

from permits.errors import AccessDeniedError, InvalidInputError
from permits.models import PermitAuthority, TextBlock, User
from permits.selectors.text_blocks import administered_authorities, block_of

R = TypeVar("R")
Crumb = tuple[str, str]


def signed_in(request: HttpRequest) -> User:
    """Return the person behind the request; raises Http404."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def chosen_authority(request: HttpRequest) -> tuple[list[PermitAuthority], PermitAuthority]:
    """Return all authorities that the person administers, and the one that ``behoerde`` names (else the first)."""
    authorities = administered_authorities(signed_in(request))
    wanted = request.POST.get("behoerde") or request.GET.get("behoerde") or ""
    chosen = next((row for row in authorities if str(row.uuid) == wanted), None)
    if not authorities or (wanted and chosen is None):
        raise Http404
    return authorities, chosen or authorities[0]


def own_block(request: HttpRequest, uuid: UUID) -> TextBlock:
    """Return a block of an authority that the person administers; raises Http404."""
    found = block_of(signed_in(request), uuid)
    if found is None:
        raise Http404
    return found


def refused(form: BaseForm, do: Callable[[], R]) -> R | None:
    """Return what ``do`` returns, or None where it refuses the input: the form then says why."""
    try:
        return do()
    except AccessDeniedError as error:
        raise Http404 from error
    except InvalidInputError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


def crumbs(*more: Crumb) -> list[Crumb]:
    """Return the way to a page of the library."""
    library = ("Textbausteine", reverse("text_blocks") if more else "")
    return [("Behörde", reverse("authority")), library, *more]
