"""The domain app."""

from django.apps import AppConfig


class PermitsConfig(AppConfig):
    """What a case is, and what may be done to it."""

    name = "permits"
    verbose_name = "Bauakte"
