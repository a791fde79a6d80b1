"""The postbox: an SMTP server, or a folder of .eml files."""

from __future__ import annotations

import contextlib
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
ESCAPES = "in the user name and the password write / as %2F, ? as %3F, # as %23, @ as %40 and % as %25"


def open_postbox(url: str, *, timeout: float = 30.0, ca_bundle: str | None = None) -> Postbox:
    """The postbox behind a settings address; ValueError says what is wrong with it, never repeating a password."""
    if url.startswith("file:") and url != "file:":
        return Folder(Path(url.removeprefix("file:")))
    return Smtp(_parts(url), _context(ca_bundle), timeout)


def describe(url: str) -> str:
    """The address without its password."""
    if url.startswith("file:"):
        return url
    parts = _parts(url)
    user = f"{unquote(parts.username)}@" if parts.username else ""
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    return f"{parts.scheme}://{user}{host}:{_port(parts)}"


def _parts(url: str) -> SplitResult:
    parts = _split(url)
    if parts is None:
        raise ValueError(f"mail.url can't be read as an address; {EXPECTED}; {ESCAPES}.")
    if parts.scheme not in PORTS or not parts.hostname:
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,19}://", url)
        found = f"begins with {scheme[0]}" if scheme else "is no such address"
        raise ValueError(f"mail.url {found}; {EXPECTED}.")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(f"mail.url goes on after the host; {EXPECTED}; {ESCAPES}.")
    return parts


def _split(url: str) -> SplitResult | None:
    """None where it can't be: the library's own complaint may quote the password."""
    if not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _context(ca_bundle: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except OSError:
        raise ValueError(
            f"mail.ca_bundle names '{ca_bundle}', which can't be read as certificates; expected a file in PEM form."
        ) from None


class Folder:
    """One file a Message-ID: a letter that is posted twice is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> None:
        temporary = self._folder / f".{secrets.token_hex(8)}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_through(temporary, message.as_bytes(policy=SMTP))
            os.replace(temporary, self._folder / self._name(str(message["Message-ID"])))
            _sync_folder(self._folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
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


def _sync_folder(folder: Path) -> None:
    """Without it a power cut may take back the renaming of a letter that was already ticked off."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
        """Taken, or an OutsideError. It is raised outside the handlers: theirs may hold what was said at sign-in."""
        try:
            self._send(message)
        except ssl.SSLCertVerificationError:
            error: OutsideError = NotAllowed(
                f"The mail server {self._host} shows a certificate that can't be trusted. If your network re-signs TLS,"
                " name its certificate authority in [mail] ca_bundle."
            )
        except smtplib.SMTPException as found:
            error = _explain(found, self._host)
        except ssl.SSLError:
            error = TryLater(
                f"The mail server {self._host} speaks no proper TLS at port {self._port}."
                " Mostly smtps:// belongs to port 465, and smtp+starttls:// to port 587."
            )
        except OSError:
            error = TryLater(f"The mail server {self._host} did not answer.")
        else:
            return
        raise error

    def _send(self, message: EmailMessage) -> None:
        server = self._connected()
        try:
            self._sign_in(server)
            _hand_over(server, message)
            # The letter is theirs now: what they say to our goodbye must not have it sent again.
            with contextlib.suppress(smtplib.SMTPException):
                server.quit()
        finally:
            server.close()

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if self._scheme == "smtp+starttls":
            server.starttls(context=self._context)
        if self._user is None:
            return
        if not (self._user + self._password).isascii():
            raise NotAllowed(
                "The user name or password in [mail] url has letters that mail servers do not take;"
                " choose a password of plain letters, digits and signs."
            )
        server.login(self._user, self._password)

    def _connected(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=self._context)
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPNotSupportedError:
        raise Refused(
            "The letter's address has letters beyond a-z, which this mail server does not take;"
            " give that person a plain address in [people]."
        ) from None


BASIC_IS_OFF = re.compile(rb"5\.7\.30|5\.7\.139")
NO_RELAY = re.compile(rb"relay|5\.7\.(?:54|64)\b", re.IGNORECASE)
NOT_AS_THEM = re.compile(rb"SendAsDenied|5\.7\.60\b|5\.2\.252", re.IGNORECASE)
TOO_LARGE = 552


def _explain(error: smtplib.SMTPException, host: str) -> OutsideError:
    """Busy, not allowed or refused: by the server's number; its words only help to say what to do."""
    code, said = _code(error)
    if BASIC_IS_OFF.search(said):
        return NotAllowed(
            f"{host} no longer takes a password from programs (Microsoft 365 switched it off). Ask your IT support for a"
            " relay connector for this machine's address, and use smtp+starttls:// without user and password."
        )
    if 400 <= code < 500:
        return TryLater(f"The mail server {host} is busy (code {code}).")
    if type(error) in (smtplib.SMTPException, smtplib.SMTPNotSupportedError):
        return NotAllowed(
            f"{host} offers no encryption or sign-in as asked for in [mail] url; nothing was sent."
        )
    if code >= 500:
        return _turned_down(error, code, said, host)
    return TryLater(f"The mail server {host} broke off.")


def _turned_down(error: smtplib.SMTPException, code: int, said: bytes, host: str) -> OutsideError:
    """A set-up that somebody can mend keeps the letters waiting; only a letter that is itself refused is given up."""
    if code == 530:
        return NotAllowed(
            f"{host} wants encryption or a sign-in first (code 530): use smtp+starttls://user:password@… in [mail] url."
        )
    if code in (534, 535, 538) or isinstance(error, smtplib.SMTPAuthenticationError):
        return NotAllowed(
            f"{host} refused the user name or password (code {code}). With Google Workspace use an app password or"
            " smtp-relay.gmail.com; with others, check [mail] url."
        )
    if NO_RELAY.search(said):
        return NotAllowed(
            f"{host} does not pass on letters from this machine (code {code}). Ask your IT support to allow this"
            " machine's address to relay, or give a user and a password in [mail] url."
        )
    if NOT_AS_THEM.search(said) or (isinstance(error, smtplib.SMTPSenderRefused) and code != TOO_LARGE):
        return NotAllowed(
            f"{host} does not let us write as the address in [mail] from (code {code}). Use the address of the"
            " account that signs in, or ask your IT support to allow it."
        )
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused | smtplib.SMTPRecipientsRefused):
        return Refused(f"{host} refused the letter for good (code {code}).")
    return NotAllowed(f"{host} does not speak with this machine (code {code}). Ask your IT support why.")


def _code(error: smtplib.SMTPException) -> tuple[int, bytes]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()), (0, b""))
        return code, said if isinstance(said, bytes) else str(said).encode()
    if isinstance(error, smtplib.SMTPResponseException):
        answer: bytes | str = error.smtp_error
        return error.smtp_code, answer if isinstance(answer, bytes) else str(answer).encode()
    return 0, b""
