"""A small, strict HTTP client: one configured server, no redirects, no proxies, bounded time and size.

GDAL's own client follows redirects and links to any host, hands over what it got before an error, and cannot be told
otherwise (docs/decisions/0014); so services are read through this one.
"""

import base64
import http.client
import io
import socket
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, overload
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from gis.layers import LayerUnavailableError
from gis.sources.deadline import Deadline
from gis.sources.settings import HttpAccess, SourceSettings

_CHUNK = 1 << 16
_URL_CHARACTERS = "%/:=&?~#+!$,;'@()*[]"


@dataclass(frozen=True)
class HttpAnswer:
    """A successful answer, complete."""

    url: str
    content_type: str
    content_crs: str
    content: bytes


class HttpClient:
    """Reads from the server of one source; every failure is a LayerUnavailableError with a German reason.

    Parameters
    ----------
    settings : SourceSettings
    deadline : Deadline
        For everything that this client does.
    """

    def __init__(self, settings: SourceSettings, deadline: Deadline) -> None:
        assert isinstance(settings.access, HttpAccess)
        self._settings = settings
        self._access = settings.access
        self._deadline = deadline
        self._bytes_left = settings.limits.answer_bytes

    @overload
    def get(self, url: str, accept: str) -> HttpAnswer: ...
    @overload
    def get(self, url: str, accept: str, *, optional: Literal[True]) -> HttpAnswer | None: ...

    def get(self, url: str, accept: str, *, optional: bool = False) -> HttpAnswer | None:
        """Fetch one address of the configured server; raises LayerUnavailableError.

        With `optional`, None where the server says that there is nothing under this address (404).
        """
        try:
            parts = urlsplit(quote(url, safe=_URL_CHARACTERS))
            foreign = _origin(parts) != _origin(urlsplit(self._access.url))
        except ValueError:
            raise self._settings.unavailable("verweist auf eine fehlerhafte Adresse.") from None
        if foreign:
            raise self._settings.unavailable("verweist auf einen anderen Server; das ist nicht erlaubt.")
        try:
            return self._fetch(parts, accept, optional)
        except TimeoutError:
            raise self._settings.too_slow(self._deadline.seconds) from None
        except ssl.SSLCertVerificationError:
            raise self._settings.unavailable("hat kein gültiges Zertifikat.") from None
        except (ConnectionResetError, BrokenPipeError, http.client.IncompleteRead, http.client.RemoteDisconnected):
            raise self._broken_off() from None
        except http.client.HTTPException:
            raise self._settings.unavailable("antwortet nicht nach den Regeln von HTTP.") from None
        except (OSError, UnicodeError):
            # UnicodeError: a host name that cannot be one.
            raise self._settings.unavailable("ist nicht erreichbar.") from None

    def next_url(self, base: str, link: str) -> str:
        """The address of a link of an answer; raises LayerUnavailableError where it is none."""
        try:
            return urljoin(base, link)
        except ValueError:
            raise self._settings.unavailable("verweist auf eine fehlerhafte Adresse.") from None

    def _fetch(self, parts: SplitResult, accept: str, optional: bool) -> HttpAnswer | None:
        connection = _Connection(parts, self._deadline, self._settings.limits.connect_seconds)
        try:
            target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            connection.request("GET", target, headers=self._headers(accept))
            response = connection.getresponse()
            if optional and response.status == http.client.NOT_FOUND:
                return None
            self._refuse(response)
            content = self._body(response)
        finally:
            connection.end()
        return HttpAnswer(
            url=urlunsplit(parts),
            content_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            content_crs=response.headers.get("Content-Crs", "").strip().strip("<>"),
            content=content,
        )

    def _headers(self, accept: str) -> dict[str, str | bytes]:
        headers: dict[str, str | bytes] = {
            "Accept": accept,
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "Bauakte",
        }
        if self._access.token is not None:
            headers["Authorization"] = f"Bearer {self._access.token.value}".encode()
        elif self._access.password is not None:
            both = f"{self._access.user}:{self._access.password.value}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(both).decode()}"
        return headers

    def _refuse(self, response: http.client.HTTPResponse) -> None:
        status = response.status
        if status in {401, 403}:
            raise self._settings.unavailable(f"verweigert den Zugriff ({status}). Bitte prüfen Sie die Zugangsdaten.")
        if 300 <= status < 400:
            raise self._settings.unavailable(f"leitet auf eine andere Adresse um ({status}); das ist nicht erlaubt.")
        if status != 200:
            raise self._settings.unavailable(f"meldet einen Fehler ({status}).")
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in {"identity", ""}:
            raise self._settings.unavailable("antwortet gepackt, obwohl das nicht verlangt war.")

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        pieces: list[bytes] = []
        while piece := response.read1(_CHUNK):
            self._deadline.left()
            self._bytes_left -= len(piece)
            if self._bytes_left < 0:
                most = self._settings.limits.answer_bytes >> 20
                raise self._settings.unavailable(f"antwortet mit mehr als {most} MiB; so viel wird nicht gelesen.")
            pieces.append(piece)
        if response.length:
            raise self._broken_off()
        return b"".join(pieces)

    def _broken_off(self) -> LayerUnavailableError:
        return self._settings.unavailable("hat die Antwort abgebrochen.")


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Connection(http.client.HTTPConnection):
    """A connection whose every wait is bounded by the deadline, the one for headers as well."""

    def __init__(self, parts: SplitResult, deadline: Deadline, connect_seconds: float) -> None:
        assert parts.hostname is not None
        secure = parts.scheme == "https"
        super().__init__(parts.hostname, parts.port or (443 if secure else 80))
        self._secure = secure
        self._deadline = deadline
        self._connect_seconds = connect_seconds
        self._open: socket.socket | None = None

    def connect(self) -> None:
        self._open = socket.create_connection((self.host, self.port), self._deadline.left(self._connect_seconds))
        if self._secure:
            # With a timeout set, the handshake as a whole is bounded by it.
            self._open = _tls().wrap_socket(self._open, server_hostname=self.host)
        self.sock: Any = _TimedSocket(self._open, self._deadline)

    def end(self) -> None:
        self.close()
        if self._open is not None:
            self._open.close()


class _TimedSocket:
    """What http.client needs of a socket."""

    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._connected = connected
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._connected.settimeout(self._deadline.left())
        self._connected.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._connected, self._deadline), _CHUNK)

    def close(self) -> None:
        """Left to the connection: http.client closes before the body is read."""


class _TimedReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: Deadline) -> None:
        self._connected = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connected.settimeout(self._deadline.left())
        return self._connected.recv_into(buffer)
