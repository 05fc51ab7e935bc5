"""How a PostgreSQL program is started by the present user: PostgreSQL refuses to run as root.

As root the server runs inside a user namespace in which root is called "nobody": it may open root's own folders, and
root's other powers stay behind. Where user namespaces are not allowed (some containers), it runs as the real nobody,
with just the capability to pass folders that only root may open.
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

NOBODY = 65534
NAMESPACE = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
OTHER_USER = (
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--bounding-set=-all,+dac_override",
    "--inh-caps=-all,+dac_override",
    "--ambient-caps=-all,+dac_override",
)


class MissingProgramError(Exception):
    """A system program that every Debian has is missing; the message names it."""


@cache
def namespaces_allowed() -> bool:
    """Return whether this machine lets root open a user namespace."""
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def bound_to_parent(*command: str, signal: str) -> list[str]:
    """Return ``command`` so that the kernel sends it ``signal`` when the thread that starts it ends in any way."""
    _require("setpriv")
    return ["setpriv", "--pdeathsig", signal, "--", *command]


def as_server_account(*command: str, signal: str) -> list[str]:
    """Return ``command`` so that it runs under an account PostgreSQL accepts, and ends with this process."""
    bound = bound_to_parent(*command, signal=signal)
    if os.geteuid() != 0:
        return bound
    _require("unshare")
    if namespaces_allowed():
        return [*NAMESPACE, *bound]
    return ["setpriv", *OTHER_USER, *bound[1:]]


def server_uid() -> int:
    """Return the user id that the server's files belong to, seen from outside."""
    return NOBODY if os.geteuid() == 0 and not namespaces_allowed() else os.geteuid()


def hand_over(folder: Path) -> None:
    """Make ``folder`` and all in it belong to the server's account, where it does not already."""
    uid = server_uid()
    if folder.stat().st_uid == uid:
        return
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, uid, uid, follow_symlinks=False)


def _require(program: str) -> None:
    if shutil.which(program) is None:
        raise MissingProgramError(f"Das Programm „{program}“ fehlt (Debian: apt-get install util-linux).")
