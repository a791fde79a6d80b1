"""The postbox: an SMTP server, or a folder of .eml files."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from bot.outside import NotAllowed, OutsideError, Postbox, Refused, TryLater

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
EXPECTED = "expected smtp://, smtps:// or smtp+starttls:// with a host, or file: with a folder"


def open_postbox(url: str, *, timeout: float = 30.0, ca_bundle: str | None = None) -> Postbox:
    """The postbox behind a settings address; ValueError says what is wrong with it, never repeating a password."""
    if url.startswith("file:") and url != "file:":
        return Folder(Path(url.removeprefix("file:")))
    parts = _parts(url)
    context = ssl.create_default_context(cafile=ca_bundle)
    return Smtp(parts, context, timeout)


def describe(url: str) -> str:
    """The address without its password."""
    if url.startswith("file:"):
        return url
    parts = _parts(url)
    user = f"{unquote(parts.username)}@" if parts.username else ""
    return f"{parts.scheme}://{user}{parts.hostname}:{_port(parts)}"


def _parts(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(f"mail.url begins with '{url.partition(':')[0][:20]}:'; {EXPECTED}.")
    _port(parts)
    return parts


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or PORTS[parts.scheme]
    except ValueError:
        raise ValueError(f"mail.url has a port that is no port number; {EXPECTED}.") from None


class Folder:
    """One file a Message-ID: a letter that is posted twice is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = message.as_bytes(policy=SMTP)
        temporary = self._folder / f".{secrets.token_hex(8)}.part"
        try:
            _write_through(temporary, content)
            os.replace(temporary, self._folder / self._name(str(message["Message-ID"])))
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise TryLater(f"The mail folder can't be written (error {error.errno}).") from None

    @staticmethod
    def _name(message_id: str) -> str:
        """Readable where the id is plain; the hash keeps any two apart."""
        plain = re.sub(r"[^A-Za-z0-9.-]+", "-", message_id.strip("<>").partition("@")[0])[:80].strip(".-")
        return f"{plain or 'letter'}-{hashlib.sha256(message_id.encode()).hexdigest()[:8]}.eml"


def _write_through(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


class Smtp:
    """One connection a letter; encryption where it is asked for is demanded, and certificates are always checked."""

    def __init__(self, parts: SplitResult, context: ssl.SSLContext, timeout: float) -> None:
        self._scheme, self._host, self._port = parts.scheme, str(parts.hostname), _port(parts)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else ""
        self._context, self._timeout = context, timeout

    def __repr__(self) -> str:
        return f"Smtp({self._scheme}, {self._host}:{self._port})"

    def send(self, message: EmailMessage) -> None:
        # `from None`: an exception of smtplib may hold what was said at sign-in.
        try:
            self._send(message)
        except ssl.SSLCertVerificationError:
            error: OutsideError = NotAllowed(
                f"The mail server {self._host} shows a certificate that can't be trusted. If your network re-signs TLS,"
                " name its certificate authority in [mail] ca_bundle."
            )
        except smtplib.SMTPException as found:
            error = _explain(found, self._host)
        except OSError:
            error = TryLater(f"The mail server {self._host} did not answer.")
        else:
            return
        raise error from None

    def _send(self, message: EmailMessage) -> None:
        with self._connected() as server:
            if self._scheme == "smtp+starttls":
                server.starttls(context=self._context)
            if self._user is not None:
                server.login(self._user, self._password)
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=self._context)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)


BASIC_IS_OFF = re.compile(rb"5\.7\.30|5\.7\.139")


def _explain(error: smtplib.SMTPException, host: str) -> OutsideError:
    """Busy, not allowed or refused: told apart by the server's number, never by its words."""
    code, said = _code(error)
    if BASIC_IS_OFF.search(said):
        return NotAllowed(
            f"{host} no longer takes a password from programs (Microsoft 365 switched it off). Ask your IT support for a"
            " relay connector for this machine's address, and use smtp+starttls:// without user and password."
        )
    if code in (530, 534, 535, 538) or isinstance(error, smtplib.SMTPAuthenticationError):
        return NotAllowed(
            f"{host} refused the user name or password (code {code}). With Google Workspace use an app password or"
            " smtp-relay.gmail.com; with others, check [mail] url."
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return NotAllowed(
            f"{host} offers no encryption or sign-in as asked for in [mail] url; nothing was sent."
        )
    if 500 <= code < 600:
        return Refused(f"{host} refused the letter for good (code {code}).")
    return TryLater(f"The mail server {host} is busy or broke off (code {code}).")


def _code(error: smtplib.SMTPException) -> tuple[int, bytes]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b""))
        return code, said if isinstance(said, bytes) else str(said).encode()
    if isinstance(error, smtplib.SMTPResponseException):
        answer: bytes | str = error.smtp_error
        return error.smtp_code, answer if isinstance(answer, bytes) else str(answer).encode()
    return 0, b""
