"""The set-up scripts on an invented machine: stand-ins for python3, uv, apt-get and dpkg-query note what is asked of them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAMS = ["setup", "run", "test", "lock"]
SHELL_FILES = [
    *(ROOT / "script" / name for name in PROGRAMS),
    ROOT / ".ci" / "run",
    *sorted((ROOT / "script" / "lib").glob("*.sh")),
]
UNIT = ROOT / "script" / "schoolgate.service"
ORDINARY = "sh env cat cksum dirname sed rm mkdir find tail head touch chmod cp flock".split()  # noqa: SIM905

# A Python that is new enough; `-m venv` makes an environment whose Python and pip are stand-ins too.
PYTHON = """#!/bin/sh
echo "python3 $*" >>"$CALLS"
case "$*" in
*'ensurepip, venv'*) [ ! -e "$MACHINE/no-ensurepip" ] ;;
*'sys.exit(not ('*) [ ! -e "$MACHINE/old-python" ] ;;
*'%d.%d'*) echo 3.12 ;;
*find_browser*) [ -e "$MACHINE/browser" ] ;;
*first_pip.py*) [ ! -e "$MACHINE/no-network" ] && cp "$0" "${0%python}pip" ;;
*'import bot, pip'*) ;;
'-m venv'*)
    for last in "$@"; do :; done
    mkdir -p "$last/bin"
    cp "$0" "$last/bin/python"
    case "$*" in *--without-pip*) ;; *) cp "$0" "$last/bin/pip" ;; esac
    ;;
'config list') cat "$MACHINE/pip-settings" ;;
*' install '*) [ ! -e "$MACHINE/no-network" ] ;;
esac
status=$?
case "$*" in *'-e '*) [ "$status" -eq 0 ] && cp "$MACHINE/schoolgate" "$MACHINE/playwright" "${0%/*}/" ;; esac
exit "$status"
"""
UV = """#!/bin/sh
echo "uv $*" >>"$CALLS"
echo "uv's index: ${UV_DEFAULT_INDEX:-}, also ${UV_INDEX:-}, trusting ${SSL_CERT_FILE:-}" >>"$CALLS"
[ ! -e "$MACHINE/no-network" ] || exit 1
case "$*" in *'-e '*) cp "$MACHINE/schoolgate" "$MACHINE/playwright" "$VENV/bin/" ;; esac
"""
SCHOOLGATE = """#!/bin/sh
echo "schoolgate $*" >>"$CALLS"
"""
APT = """#!/bin/sh
echo "apt-get $*" >>"$CALLS"
[ ! -e "$MACHINE/no-network" ] || exit 100
case "$*" in *chromium*) touch "$MACHINE/browser" ;; esac
case "$*" in *venv*) rm -f "$MACHINE/no-ensurepip" ;; esac
case "$*" in *install*) touch "$MACHINE/packages" ;; esac
exit 0
"""
DPKG_QUERY = """#!/bin/sh
[ -e "$MACHINE/packages" ] && echo 'install ok installed'
"""
ID = """#!/bin/sh
if [ -e "$MACHINE/is-root" ]; then echo 0; else echo 1000; fi
"""
IS_UBUNTU = """#!/bin/sh
[ -e "$MACHINE/ubuntu" ]
"""
UNAME = """#!/bin/sh
if [ -e "$MACHINE/mac" ]; then echo Darwin; else echo Linux; fi
"""
PLAYWRIGHT = """#!/bin/sh
echo "playwright $*" >>"$CALLS"
touch "$MACHINE/browser"
"""
TOOLS = """#!/bin/sh
echo "${0##*/} $*" >>"$CALLS"
[ ! -e "$MACHINE/fails-${0##*/}" ]
"""


@dataclass
class Machine:
    """A bare machine with a clone of the project in a folder with spaces."""

    home: Path
    clone: Path
    bin: Path
    said: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def venv(self) -> Path:
        return self.clone / ".venv"

    def has(self, name: str, text: str) -> None:
        file = self.bin / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)

    def turns(self, *facts: str) -> None:
        for fact in facts:
            (self.home / fact).touch()

    def is_no_longer(self, *facts: str) -> None:
        for fact in facts:
            (self.home / fact).unlink()

    def runs(self, program: str, *arguments: str) -> int:
        """The exit status; what was said on both outputs is kept, and the calls begin anew."""
        calls = self.home / "calls"
        calls.write_text("", encoding="utf-8")
        done = subprocess.run(
            [self.clone / "script" / program, *arguments],
            cwd=self.home,
            env={
                "PATH": str(self.bin),
                "MACHINE": str(self.home),
                "CALLS": str(calls),
                "VENV": str(self.venv),
                **self.environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.said = done.stdout
        return done.returncode

    @property
    def calls(self) -> list[str]:
        return (self.home / "calls").read_text(encoding="utf-8").splitlines()

    def made_environments(self) -> int:
        return sum(call.startswith("python3 -m venv") for call in self.calls)

    def installed(self) -> list[str]:
        return [call for call in self.calls if " install " in call]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """An ordinary user, Python and uv there, no browser, no apt."""
    made = Machine(tmp_path / "machine", tmp_path / "my clone (2)", tmp_path / "bin")
    made.home.mkdir()
    made.bin.mkdir()
    shutil.copytree(ROOT / "script", made.clone / "script")
    for name in ("pyproject.toml", "requirements.lock", "requirements-test.lock"):
        (made.clone / name).write_text(f"the {name}\n", encoding="utf-8")
    for name in ORDINARY:
        if found := shutil.which(name):
            (made.bin / name).symlink_to(found)
    for name, text in (("schoolgate", SCHOOLGATE), ("playwright", PLAYWRIGHT)):
        (made.home / name).write_text(text, encoding="utf-8")
        (made.home / name).chmod(0o755)
    made.has("python3", PYTHON)
    made.has("uv", UV)
    made.has("id", ID)
    made.has("grep", IS_UBUNTU)  # all that grep is asked for
    made.has("uname", UNAME)
    made.turns("pip-settings")
    for tool in ("ruff", "mypy", "pytest"):
        made.has(tool, TOOLS)
    return made


def debian(machine: Machine) -> None:
    machine.has("apt-get", APT)
    machine.has("dpkg-query", DPKG_QUERY)


# What the files are


@pytest.mark.parametrize("file", SHELL_FILES, ids=lambda f: f"{f.parent.name}-{f.name}")
def test_every_shell_file_is_plain_sh(file):
    subprocess.run(["sh", "-n", file], check=True)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", "-s", "sh", file], check=True)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_can_be_run_and_stops_at_the_first_failure(name):
    file = ROOT / "script" / name
    assert os.access(file, os.X_OK)
    assert "\nset -eu\n" in file.read_text(encoding="utf-8")


def test_what_is_installed_is_pinned_by_hash_and_names_no_index():
    for lock in (
        ROOT / "requirements.lock",
        ROOT / "requirements-test.lock",
        ROOT / "script" / "lib" / "uv.lock",
    ):
        entries = re.split(r"\n(?=[a-z0-9])", lock.read_text(encoding="utf-8"))
        assert all("--hash=sha256:" in entry for entry in entries), lock.name
        assert "://" not in "".join(entries), lock.name


# The environment


def test_run_sets_up_and_starts_the_service_from_any_folder(machine):
    assert machine.runs("run", "--once") == 0
    assert machine.calls[-1] == f"schoolgate start --config {machine.clone}/config.toml --once"
    assert any(
        f"--require-hashes -r {machine.clone}/requirements.lock" in call for call in machine.installed()
    )


def test_a_second_start_makes_and_installs_nothing(machine):
    machine.runs("run")
    assert machine.installed()
    assert machine.runs("run") == 0
    assert not machine.installed()
    assert not machine.made_environments()


@pytest.mark.parametrize(
    "left", ["an empty folder", "no stamp", "a dead Python", "a file", "a dangling link"]
)
def test_a_half_made_environment_is_made_again(machine, left):
    machine.runs("run")
    if left == "no stamp":
        (machine.venv / "ready").unlink()
    elif left == "a dead Python":
        (machine.venv / "bin" / "python").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    else:
        shutil.rmtree(machine.venv)
        if left == "an empty folder":
            machine.venv.mkdir()
        elif left == "a file":
            machine.venv.touch()
        else:
            machine.venv.symlink_to("nowhere")
    assert machine.runs("run") == 0
    assert machine.made_environments() == 1
    assert machine.installed()
    assert "Making .venv again" in machine.said


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock", "requirements-test.lock"])
def test_a_changed_lock_is_noticed(machine, name):
    machine.runs("run")
    (machine.clone / name).write_text("another\n", encoding="utf-8")
    machine.runs("run")
    assert machine.made_environments() == 1


def test_a_clone_that_was_moved_gets_a_new_environment(machine):
    machine.runs("run")
    machine.clone = machine.clone.rename(machine.clone.with_name("elsewhere"))
    assert machine.runs("run") == 0
    assert machine.made_environments() == 1


def test_the_checks_add_their_tools_to_the_environment_of_the_service(machine):
    machine.runs("run")
    assert machine.runs("test") == 0
    assert not machine.made_environments()
    assert any("requirements-test.lock" in call for call in machine.installed())
    machine.runs("run")
    assert not machine.installed()


def test_an_interrupted_addition_of_the_tools_does_not_pass_for_done(machine):
    machine.runs("run")
    machine.turns("no-network")
    assert machine.runs("test") == 1
    machine.is_no_longer("no-network")
    assert machine.runs("run") == 0
    assert machine.installed()


def test_without_uv_pip_installs_the_same_lock(machine):
    (machine.bin / "uv").unlink()
    assert machine.runs("run") == 0
    assert any("--require-hashes" in call and "uv.lock" in call for call in machine.installed())
    assert any(
        f"--require-hashes -r {machine.clone}/requirements.lock" in call for call in machine.installed()
    )


def test_when_nothing_can_be_installed_it_says_what_to_try(machine):
    machine.turns("no-network")
    assert machine.runs("run") == 1
    assert "HTTPS_PROXY" in machine.said
    assert "PIP_CERT" in machine.said
    assert not any(call.startswith("schoolgate") for call in machine.calls)


def test_uv_is_told_what_pip_was_told(machine):
    (machine.home / "pip-settings").write_text(
        ":env:.index-url='https://packages.example/simple'\n"
        "global.cert='/etc/school ca.pem'\n"
        "global.extra-index-url='\\nhttps://one.example/simple\\nhttps://two.example/simple'\n"
        "global.index-url='https://old.example/simple'\n",
        encoding="utf-8",
    )
    machine.runs("run")
    (told,) = {call for call in machine.calls if call.startswith("uv's index")}
    assert told == (
        "uv's index: https://packages.example/simple,"
        " also  https://one.example/simple https://two.example/simple, trusting /etc/school ca.pem"
    )


def test_no_python_is_one_clear_sentence(machine):
    machine.turns("old-python")
    assert machine.runs("run") == 1
    assert machine.said.startswith("No Python 3.11 or newer was found.")
    assert not machine.venv.exists()


def test_an_ordinary_user_needs_no_venv_package(machine):
    debian(machine)
    machine.turns("no-ensurepip")
    assert machine.runs("run") == 0
    assert not any(call.startswith("apt-get") for call in machine.calls)


def test_an_ordinary_user_without_it_is_told_the_one_command(machine):
    debian(machine)
    machine.turns("no-ensurepip", "no-network")
    assert machine.runs("run") == 1
    assert "apt-get install -y --no-install-recommends python3.12-venv" in machine.said
    assert not machine.venv.exists()


def test_root_gets_the_venv_package(machine):
    debian(machine)
    machine.turns("no-ensurepip", "is-root")
    assert machine.runs("run") == 0
    assert any("python3.12-venv" in call for call in machine.calls)


# The browser


def about_the_browser(machine: Machine) -> list[str]:
    return [line for line in machine.said.splitlines() if "browser" in line.lower()]


def test_a_browser_that_is_there_is_not_mentioned(machine):
    machine.turns("browser")
    machine.runs("run")
    assert not about_the_browser(machine)


@pytest.mark.parametrize("start", ["the first", "the second"])
def test_no_browser_is_one_line_and_the_service_runs_all_the_same(machine, start):
    if start == "the second":
        machine.runs("run")
    assert machine.runs("run") == 0
    assert len(about_the_browser(machine)) == 1
    assert machine.calls[-1].startswith("schoolgate start")


def test_an_ordinary_user_is_named_the_one_command(machine):
    debian(machine)
    assert machine.runs("run") == 0
    assert not any(call.startswith("apt-get") for call in machine.calls)
    (line,) = about_the_browser(machine)
    assert "apt-get install -y --no-install-recommends" in line
    assert "fonts-noto-color-emoji" in line


def test_root_gets_the_browser_and_nothing_is_said_at_the_next_start(machine):
    debian(machine)
    machine.turns("is-root")
    assert machine.runs("run") == 0
    assert any("chromium" in call and "libatomic1" in call for call in machine.calls)
    assert machine.runs("run") == 0
    assert machine.said == ""
    assert not any(call.startswith("apt-get") for call in machine.calls)


def test_missing_fonts_are_installed_though_a_browser_is_there(machine):
    debian(machine)
    machine.turns("is-root", "browser")
    assert machine.runs("run") == 0
    assert any("fonts-noto-core" in call and "chromium" not in call for call in machine.calls)


def test_a_failed_attempt_is_not_repeated_at_once_but_the_next_day(machine):
    debian(machine)
    machine.turns("is-root")
    machine.runs("run")
    shutil.rmtree(machine.venv)
    machine.is_no_longer("browser", "packages")
    machine.has("apt-get", APT.replace('[ ! -e "$MACHINE/no-network" ] || exit 100', "exit 100"))

    assert machine.runs("run") == 0
    assert any(call.startswith("apt-get") for call in machine.calls)
    assert machine.runs("run") == 0
    assert not any(call.startswith("apt-get") for call in machine.calls)
    yesterday = (machine.venv / "browser-tried").stat().st_mtime - 3 * 86400
    os.utime(machine.venv / "browser-tried", (yesterday, yesterday))
    machine.runs("run")
    assert any(call.startswith("apt-get") for call in machine.calls)


def test_a_browser_that_came_later_is_noticed_at_once(machine):
    machine.runs("run")
    assert about_the_browser(machine)
    machine.turns("browser")
    machine.runs("run")
    assert machine.said == ""


def test_root_on_ubuntu_gets_no_snap_but_playwrights_own(machine):
    debian(machine)
    machine.turns("is-root", "ubuntu")
    machine.has("timeout", '#!/bin/sh\nshift\nexec "$@"\n')
    assert machine.runs("run") == 0
    assert any("libatomic1" in call for call in machine.calls)
    assert not any("apt-get" in call and "chromium" in call for call in machine.calls)
    assert "playwright install --with-deps --only-shell chromium" in machine.calls
    machine.runs("run")
    assert machine.said == ""


def test_a_mac_without_chrome_is_named_what_to_install(machine):
    machine.turns("mac")
    assert machine.runs("run") == 0
    (line,) = about_the_browser(machine)
    assert "brew install --cask chromium" in line


# The checks


def test_all_four_checks_run(machine):
    assert machine.runs("test") == 0
    assert [call for call in machine.calls if call.split()[0] in ("ruff", "mypy", "pytest")] == [
        "ruff format --check .",
        "ruff check .",
        "mypy --strict bot",
        "pytest ",
    ]


@pytest.mark.parametrize(("tool", "check"), [("ruff", "lint"), ("mypy", "types"), ("pytest", "tests")])
def test_one_failed_check_fails_the_whole_but_stops_none(machine, tool, check):
    machine.turns(f"fails-{tool}")
    assert machine.runs("test") == 1
    assert any(call.startswith("pytest") for call in machine.calls)
    summary = dict(line.split() for line in machine.said.splitlines()[-4:])
    assert summary[check] == "FAILED"
    assert list(summary) == ["format", "lint", "types", "tests"]
    assert "passed" in summary.values()


def test_with_arguments_only_pytest_runs_with_these(machine):
    assert machine.runs("test", "tests/test_lock.py", "-k", "two words") == 0
    assert machine.calls[-1] == "pytest tests/test_lock.py -k two words"
    assert not any(call.startswith(("ruff", "mypy")) for call in machine.calls)


# The first pip


@pytest.fixture
def first_pip():
    spec = importlib.util.spec_from_file_location("first_pip", ROOT / "script" / "lib" / "first_pip.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_first_pip_is_the_one_in_the_lock(first_pip):
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    version, hashes = first_pip.locked(lock)
    assert f"\npip=={version} " in lock
    assert len(hashes) == 2


def test_a_pip_with_another_hash_is_never_run(first_pip, monkeypatch):
    page = '<a href="../../files/pip-9.9-py3-none-any.whl#sha256=0">pip</a>'
    monkeypatch.setattr(
        first_pip, "fetch", lambda url: page.encode() if url.endswith("/pip/") else b"something else"
    )
    monkeypatch.setattr(first_pip, "locked", lambda _text: ("9.9", {"0" * 64}))
    monkeypatch.setattr(first_pip.subprocess, "run", lambda *_a, **_k: pytest.fail("it was run"))
    with pytest.raises(SystemExit, match="is not the file"):
        first_pip.main(ROOT / "requirements.lock")


@pytest.mark.parametrize("index", ["http://index.example/simple", "file:///simple"], ids=["http", "file"])
def test_the_first_pip_comes_over_tls_only(first_pip, index):
    with pytest.raises(SystemExit, match="https"):
        first_pip.address("pip-9.9-py3-none-any.whl", index)


# The service unit


def test_the_unit_is_sound(tmp_path):
    command = shutil.which("systemd-analyze")
    if command is None:
        pytest.skip("no systemd here")
    text = re.sub(
        r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    text = re.sub(r"^(User|Group)=.*", r"\1=daemon", text, flags=re.MULTILINE)
    copy = tmp_path / UNIT.name
    copy.write_text(text, encoding="utf-8")
    verified = subprocess.run([command, "verify", copy], capture_output=True, text=True, check=False)
    assert verified.returncode == 0
    assert UNIT.name not in verified.stderr
    subprocess.run(
        [command, "security", "--offline=true", "--threshold=30", copy], check=True, stdout=subprocess.DEVNULL
    )


def test_the_unit_starts_a_command_that_exists_and_names_real_settings():
    text = UNIT.read_text(encoding="utf-8")
    start = re.search(r"^ExecStart=\S+/schoolgate (\w+) --config (\S+)$", text, flags=re.MULTILINE)
    assert start is not None
    from bot.commands import COMMANDS

    assert start.group(1) in {command.name for command in COMMANDS}
    assert "SCHOOLGATE__STORE__FOLDER=/var/lib/schoolgate" in text
    assert "UMask=0077" in text
