#!/usr/bin/env python
"""Django's command line for Bauakte."""

import os
import sys


def main() -> None:
    """Run one management command, with a database for it where it needs one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from config.launcher.commands import database_for
    from config.launcher.postgres import PostgresError

    try:
        with database_for(sys.argv):
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, PostgresError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
