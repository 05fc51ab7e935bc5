"""The demo app: a generated town, its cast and its cases."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Musterstadt, for trying things out; never part of a production database."""

    name = "demo"
    verbose_name = "Demo"
