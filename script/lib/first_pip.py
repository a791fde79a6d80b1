"""Put pip into an environment that was made without it: the wheel that the lock file names, checked by its hash.

Called as `.venv/bin/python script/lib/first_pip.py requirements.lock`.
"""

from __future__ import annotations

import hashlib
import os
import re
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

INDEX = "https://pypi.org/simple"


def main(lock: Path) -> None:
    """Find, fetch, check, install."""
    version, hashes = locked(lock.read_text(encoding="utf-8"))
    name = f"pip-{version}-py3-none-any.whl"
    wheel = fetch(address(name, os.environ.get("PIP_INDEX_URL", INDEX)))
    if hashlib.sha256(wheel).hexdigest() not in hashes:
        raise SystemExit(f"{name} is not the file that {lock.name} names.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(wheel)
        command = [sys.executable, f"{file}/pip", "install", "--quiet", "--no-index", "--no-deps", str(file)]
        raise SystemExit(subprocess.run(command, check=False).returncode)


def locked(lock: str) -> tuple[str, set[str]]:
    """The version of pip in a lock file, and the hashes of its files."""
    entry = re.search(
        r"^pip==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", lock, flags=re.MULTILINE
    )
    if entry is None:
        raise SystemExit("The lock file names no pip.")
    return entry.group(1), set(re.findall(r"sha256:([0-9a-f]{64})", entry.group(2)))


def address(name: str, index: str) -> str:
    """Where the index says that a file of pip lies."""
    page = f"{index.rstrip('/')}/pip/"
    found = re.search(rf'href="([^"#]*{re.escape(name)})', fetch(page).decode())
    if found is None:
        raise SystemExit(f"{name} is not in the package index.")
    return urljoin(page, str(found.group(1)))


def fetch(url: str) -> bytes:
    """A file from the index, over TLS only."""
    if not url.startswith("https://"):
        raise SystemExit("The package index must be reached by https.")
    trust = ssl.create_default_context(cafile=os.environ.get("PIP_CERT"))
    with urlopen(url, timeout=60, context=trust) as answer:  # noqa: S310
        content: bytes = answer.read()
    return content


if __name__ == "__main__":
    main(Path(sys.argv[1]))
