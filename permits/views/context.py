"""What every template knows about the site. Names no authority: one installation serves many."""

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from permits.views.navigation import NavigationLink, navigation_for

SITE_NAME = "Bauakte"


class Site:
    """The site as one request sees it; costs a query only where a template shows the navigation."""

    name = SITE_NAME

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def demo(self) -> bool:
        """Whether nothing here has legal effect."""
        return bool(settings.DEMO)

    @property
    def path(self) -> str:
        """The name of the current page's address, empty where there is none."""
        match = self._request.resolver_match
        return match.view_name if match and match.view_name else ""

    @cached_property
    def navigation(self) -> list[NavigationLink]:
        """The main navigation for the person behind the request."""
        return navigation_for(self._request)


def site(request: HttpRequest) -> dict[str, object]:
    """Give templates ``site``."""
    return {"site": Site(request)}
