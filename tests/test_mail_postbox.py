"""The postbox takes letters once, safely or not at all, and never gives a password away."""

from __future__ import annotations

import logging
import socket
import ssl
import subprocess
import threading
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from bot.mail.postbox import describe, open_postbox
from bot.outside import NotAllowed, Refused, TryLater

PASSWORD = "very-secret-pass"


def a_letter(number: int = 1) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "gate@larkfield.example", "head@larkfield.example"
    message["Subject"], message["Message-ID"] = (
        "Schoolgate",
        f"<incident-{number}.headteacher@larkfield.example>",
    )
    message.set_content("words")
    return message


class Handler:
    """Answers as it is told to."""

    def __init__(self, answer: str = "250 OK", recipient: str | None = None) -> None:
        self.answer, self.recipient, self.taken = answer, recipient, []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.recipient:
            return self.recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.content)
        return self.answer


@pytest.fixture
def serve():
    running = []

    def start(handler, **options):
        controller = Controller(handler, hostname="127.0.0.1", port=0, **options)
        controller.port = free_port()
        controller.start()
        running.append(controller)
        return controller.port

    yield start
    for controller in running:
        controller.stop()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, str(folder / "cert.pem")


def test_a_letter_arrives_whole(serve):
    handler = Handler()
    open_postbox(f"smtp://127.0.0.1:{serve(handler)}").send(a_letter())
    assert b"Message-ID: <incident-1.headteacher@larkfield.example>" in handler.taken[0]


ANSWERS = {
    "greylisted": ("451 try again", None, TryLater),
    "mailbox full": ("452 full", None, TryLater),
    "too large": ("552 too large", None, Refused),
    "no such user": ("250 OK", "550 5.1.1 unknown", Refused),
    "greylisted recipient": ("250 OK", "450 4.2.0 later", TryLater),
    "Microsoft's switch": (
        "550 5.7.30 Basic authentication is not supported for Client Submission",
        None,
        NotAllowed,
    ),
}


@pytest.mark.parametrize(("answer", "recipient", "kind"), ANSWERS.values(), ids=ANSWERS.keys())
def test_answers_are_told_apart(serve, answer, recipient, kind):
    port = serve(Handler(answer, recipient))
    with pytest.raises(kind) as caught:
        open_postbox(f"smtp://127.0.0.1:{port}").send(a_letter())
    assert type(caught.value) is kind
    assert str(caught.value).endswith(".")


def test_a_refused_password_is_told_with_what_to_do_and_without_the_password(serve, caplog):
    def refuse(*_args):
        return AuthResult(success=False, handled=False)

    caplog.set_level(logging.DEBUG)
    port = serve(Handler(), authenticator=refuse, auth_require_tls=False)
    with pytest.raises(NotAllowed) as caught:
        open_postbox(f"smtp://gate:{PASSWORD}@127.0.0.1:{port}").send(a_letter())
    chain, error = "", caught.value
    while error:
        chain += repr(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert PASSWORD not in chain + caplog.text
    assert "app password" in str(caught.value)


def test_nobody_listening_is_tried_again():
    with pytest.raises(TryLater, match="did not answer"):
        open_postbox(f"smtp://127.0.0.1:{free_port()}").send(a_letter())


@pytest.mark.parametrize("says", [b"", b"220 hello\r\n"], ids=["silent", "silent after the greeting"])
def test_a_silent_server_is_given_up_after_the_time_out(says):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def accept():
            connection, _ = listening.accept()
            connection.sendall(says)
            held.append(connection)

        held: list[socket.socket] = []
        threading.Thread(target=accept, daemon=True).start()
        with pytest.raises(TryLater):
            open_postbox(f"smtp://127.0.0.1:{listening.getsockname()[1]}", timeout=0.3).send(a_letter())
        for connection in held:
            connection.close()


def test_encryption_that_was_asked_for_is_demanded(serve):
    handler = Handler()
    with pytest.raises(NotAllowed, match="offers no encryption"):
        open_postbox(f"smtp+starttls://gate:{PASSWORD}@127.0.0.1:{serve(handler)}").send(a_letter())
    assert handler.taken == []


def test_a_certificate_that_nobody_vouches_for_is_refused(serve, certificate):
    handler = Handler()
    port = serve(handler, tls_context=certificate[0])
    with pytest.raises(NotAllowed, match="ca_bundle"):
        open_postbox(f"smtp+starttls://localhost:{port}").send(a_letter())
    assert handler.taken == []


def test_the_schools_own_authority_is_trusted_when_it_is_named(serve, certificate):
    handler = Handler()
    port = serve(handler, tls_context=certificate[0])
    open_postbox(f"smtp+starttls://localhost:{port}", ca_bundle=certificate[1]).send(a_letter())
    assert len(handler.taken) == 1


def test_a_letter_posted_twice_lies_there_once(tmp_path):
    box = open_postbox(f"file:{tmp_path / 'out'}")
    for number in (1, 1, 2):
        box.send(a_letter(number))
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert len(names) == 2
    assert names[0].startswith("incident-1.headteacher-")
    assert ((tmp_path / "out" / names[0]).stat().st_mode & 0o777) == 0o600


def test_a_full_disk_leaves_no_half_letter(tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _fd: (_ for _ in ()).throw(OSError(28, "no space")))
    with pytest.raises(TryLater, match="error 28"):
        open_postbox(f"file:{tmp_path}").send(a_letter())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "x" * 500, "..", "-rf"])
def test_a_message_id_never_leads_out_of_the_folder(tmp_path, name):
    message = a_letter()
    del message["Message-ID"]
    message["Message-ID"] = f"<{name}@x.example>"
    open_postbox(f"file:{tmp_path / 'out'}").send(message)
    assert [p.parent for p in tmp_path.rglob("*.eml")] == [tmp_path / "out"]


WRONG = ["http://x", "smtp://", "smtp://user:very-secret-pass@host:port", "file:", "", "smtps//x"]


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_address_is_told_without_its_password(url):
    with pytest.raises(ValueError, match="expected smtp://") as caught:
        open_postbox(url)
    assert PASSWORD not in str(caught.value)


def test_an_address_is_described_without_its_password():
    assert describe(f"smtps://gate%40x:{PASSWORD}@mail.example") == "smtps://gate@x@mail.example:465"
    assert PASSWORD not in repr(open_postbox(f"smtp://gate:{PASSWORD}@mail.example"))
