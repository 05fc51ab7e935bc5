"""`make run`: the whole site from this clone, until Ctrl-C."""

import sys

from config.launcher.account import MissingProgramError
from config.launcher.postgres import PostgresError
from config.launcher.run import RunError, run

if __name__ == "__main__":
    try:
        run()
    except (RunError, PostgresError, MissingProgramError) as error:
        sys.exit(str(error))
