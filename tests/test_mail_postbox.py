"""The postbox takes letters once, safely or not at all, and never gives a password away."""

from __future__ import annotations

import contextlib
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


@pytest.fixture
def scripted():
    """A server that answers each command as it is told to; None hangs up instead."""
    threads, listening = [], []

    def start(answers, ehlo=b"250 here\r\n"):
        server = socket.create_server(("127.0.0.1", 0))
        server.settimeout(5)
        listening.append(server)
        threads.append(threading.Thread(target=converse, args=(server, {b"EHLO": ehlo, **answers})))
        threads[-1].start()
        return server.getsockname()[1]

    yield start
    for thread in threads:
        thread.join(5)
    for server in listening:
        server.close()


def converse(server, answers):
    connection, _ = server.accept()
    connection.settimeout(5)
    with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
        connection.sendall(answers.get(b"greeting", b"220 here\r\n"))
        in_letter = False
        for line in lines:
            command = line.strip().partition(b" ")[0].upper()
            if in_letter and line != b".\r\n":
                continue
            answer = answers.get(command, b"354 go on\r\n" if command == b"DATA" else b"250 ok\r\n")
            if answer is None:
                return
            in_letter = answer.startswith(b"354")
            connection.sendall(answer)


AUTH = b"250-here\r\n250 AUTH PLAIN LOGIN\r\n"
SET_UP = {
    "relay denied": ({b"RCPT": b"554 5.7.1 Relay access denied\r\n"}, NotAllowed, "relay"),
    "Microsoft's connector": ({b"RCPT": b"550 5.7.64 TenantAttribution\r\n"}, NotAllowed, "relay"),
    "sender not ours": ({b"MAIL": b"553 5.7.1 not owned by user\r\n"}, NotAllowed, r"\[mail\] from"),
    "send as": ({b".": b"554 5.2.252 SendAsDenied\r\n"}, NotAllowed, r"\[mail\] from"),
    "too large by its size": ({b"MAIL": b"552 too large\r\n"}, Refused, "552"),
    "encryption wanted": ({b"MAIL": b"530 5.7.0 Must issue STARTTLS\r\n"}, NotAllowed, "starttls://"),
    "blocked at the door": ({b"greeting": b"554 5.7.1 blocked\r\n"}, NotAllowed, "IT support"),
    "busy at the door": ({b"greeting": b"421 busy\r\n"}, TryLater, "busy"),
    "hangs up after the letter": ({b".": None}, TryLater, "broke off"),
}


@pytest.mark.parametrize(("answers", "kind", "hint"), SET_UP.values(), ids=SET_UP.keys())
def test_a_set_up_to_be_mended_is_not_taken_for_a_letter_refused(scripted, answers, kind, hint):
    with pytest.raises(kind, match=hint) as caught:
        open_postbox(f"smtp://127.0.0.1:{scripted(answers)}", timeout=2).send(a_letter())
    assert type(caught.value) is kind


@pytest.mark.parametrize("goodbye", [b"421 closing\r\n", b"500 what\r\n", b"250 ok\r\n", None])
def test_a_rude_goodbye_does_not_send_a_taken_letter_again(scripted, goodbye):
    open_postbox(f"smtp://127.0.0.1:{scripted({b'QUIT': goodbye})}", timeout=2).send(a_letter())


SIGN_IN = {
    "busy": (b"454 4.7.0 Temporary authentication failure\r\n", TryLater, "busy"),
    "wrong": (b"535 5.7.8 Bad credentials\r\n", NotAllowed, "app password"),
    "switched off": (b"535 5.7.139 SmtpClientAuthentication is disabled\r\n", NotAllowed, "Microsoft 365"),
}


@pytest.mark.parametrize(("answer", "kind", "hint"), SIGN_IN.values(), ids=SIGN_IN.keys())
def test_answers_at_the_sign_in_are_told_apart(scripted, answer, kind, hint):
    port = scripted({b"AUTH": answer}, AUTH)
    with pytest.raises(kind, match=hint) as caught:
        open_postbox(f"smtp://gate:{PASSWORD}@127.0.0.1:{port}", timeout=2).send(a_letter())
    assert type(caught.value) is kind


def test_a_server_that_takes_no_password_at_all_is_said_so(scripted):
    port = scripted({}, b"250-here\r\n250 AUTH XOAUTH2\r\n")
    with pytest.raises(NotAllowed, match="sign-in"):
        open_postbox(f"smtp://gate:{PASSWORD}@127.0.0.1:{port}", timeout=2).send(a_letter())


def test_a_password_that_can_not_be_sent_is_an_error_of_ours_and_holds_no_password(scripted):
    with pytest.raises(NotAllowed, match="plain letters") as caught:
        open_postbox(f"smtp://gate:p%C3%A9{PASSWORD}@127.0.0.1:{scripted({}, AUTH)}", timeout=2).send(
            a_letter()
        )
    assert PASSWORD not in str(caught.value)
    assert caught.value.__context__ is None


def test_an_address_that_can_not_be_sent_to_holds_up_no_other_letter(scripted):
    message = a_letter()
    message.replace_header("To", "h\u00e9l\u00e8ne@larkfield.example")
    with pytest.raises(Refused, match="beyond a-z"):
        open_postbox(f"smtp://127.0.0.1:{scripted({})}", timeout=2).send(message)


def test_the_wrong_port_for_tls_is_told_with_the_right_one(scripted):
    with pytest.raises(TryLater, match="port 465"):
        open_postbox(f"smtps://127.0.0.1:{scripted({})}", timeout=2).send(a_letter())


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


def test_a_folder_that_can_not_be_made_is_tried_again(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for way in ("file", "file/out"):
        with pytest.raises(TryLater, match="can't be written"):
            open_postbox(f"file:{tmp_path / way}").send(a_letter())


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "x" * 500, "..", "-rf"])
def test_a_message_id_never_leads_out_of_the_folder(tmp_path, name):
    message = a_letter()
    del message["Message-ID"]
    message["Message-ID"] = f"<{name}@x.example>"
    open_postbox(f"file:{tmp_path / 'out'}").send(message)
    assert [p.parent for p in tmp_path.rglob("*.eml")] == [tmp_path / "out"]


WRONG = ["http://x", "smtp://", "smtp://user:very-secret-pass@host:port", "file:", "", "smtps//x"]
WRONG += [f"smtp://gate:{PASSWORD}{sign}@host" for sign in ("/", "#", "?", "[", "\u2100", " ", "\n")]
WRONG += [f"{PASSWORD}@host", f"smtp://gate:1/{PASSWORD}@host", f"smtp://gate:{PASSWORD}@host:0"]


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_address_is_told_without_its_password(url):
    with pytest.raises(ValueError, match="expected smtp://") as caught:
        open_postbox(url)
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(caught.value.__context__)


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "no certificate"])
def test_a_wrong_ca_bundle_is_named(tmp_path, content):
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(ValueError, match=r"mail\.ca_bundle"):
        open_postbox("smtps://mail.example", ca_bundle=str(file))


def test_an_address_is_described_without_its_password():
    assert describe(f"smtps://gate%40x:{PASSWORD}@mail.example") == "smtps://gate@x@mail.example:465"
    assert describe("smtp://[::1]:2525") == "smtp://[::1]:2525"
    assert PASSWORD not in repr(open_postbox(f"smtp://gate:{PASSWORD}@mail.example"))
