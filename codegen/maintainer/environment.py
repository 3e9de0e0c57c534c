"""Create a virtual environment from a lock file, or update it in place.

`python -m codegen.maintainer.environment FOLDER LOCK`. A copy of the lock in FOLDER, written last, marks the
environment as complete. Without the copy, or without a Python, FOLDER is created anew with the Python that runs this
module, in which nothing but the standard library is installed.

Exit status: 0, or that of the command that failed. All messages go to standard error, since standard output belongs to
the command that needs the environment: `make generate ARGS="--format json" > errors.json`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

INTERVAL = 4.0  # seconds between two lines of progress
INSTALLER = "pip"  # part of each environment, not of the lock


def main(arguments: list[str]) -> int:
    """Update the environment; the exit status."""
    folder, lock = map(Path, arguments)
    try:
        with progress(folder):
            update(folder, lock)
    except subprocess.CalledProcessError as error:
        return error.returncode
    except KeyboardInterrupt:
        return 130  # what shells return after Ctrl-C
    return 0


@contextmanager
def progress(folder: Path, interval: float = INTERVAL) -> Iterator[None]:
    """Print every `interval` seconds how many packages are installed."""
    began, over = time.monotonic(), threading.Event()

    def report() -> None:
        while not over.wait(interval):
            installed = sum(1 for site in _site_packages(folder) for _ in site.glob("*.dist-info"))
            print(f"  {time.monotonic() - began:.0f} s: {installed} packages in {folder}", file=sys.stderr)

    thread = threading.Thread(target=report)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def update(folder: Path, lock: Path) -> None:
    """Create the environment, or change what differs from the lock.

    Raises:
        subprocess.CalledProcessError: venv or pip failed.
    """
    marker = folder / lock.name
    if not (marker.exists() and _python(folder).exists()):
        print(f"Creating {folder}: {len(_names(lock))} packages, once, in about a minute …", file=sys.stderr)
        _run("rm", "-rf", str(folder))
        _run(sys.executable, "-m", "venv", str(folder))
        install(folder, lock)
    elif marker.read_bytes() != lock.read_bytes():
        print(f"Updating {folder} from {lock} …", file=sys.stderr)
        marker.unlink()  # killed in the middle, pip leaves half a package: the next run starts over
        try:
            install(folder, lock)
        except subprocess.CalledProcessError:
            marker.touch()  # a pip that fails leaves whole packages: the next run tries again in place
            os.utime(marker, (0, 0))  # older than the lock, so that make does run it
            raise
    shutil.copyfile(lock, marker)


def install(folder: Path, lock: Path) -> None:
    """Install what the lock names and uninstall everything else."""
    pip = str(_python(folder)), "-m", "pip", "--disable-pip-version-check"
    _run(*pip, "install", "-qq", "--require-hashes", "--only-binary", ":all:", "--requirement", str(lock))
    installed = {_normal(package.name) for package in distributions(path=[*map(str, _site_packages(folder))])}
    if surplus := installed - _names(lock) - {INSTALLER}:
        _run(*pip, "uninstall", "-qq", "--yes", *sorted(surplus))


def _run(*command: str) -> None:
    subprocess.run(command, stdout=sys.stderr, check=True)


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _site_packages(folder: Path) -> Iterator[Path]:
    return folder.glob("lib/python*/site-packages")


def _names(lock: Path) -> set[str]:
    """Normalised names of the packages in a lock, those for other platforms included."""
    return {_normal(name) for name in re.findall(r"^([\w.-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)}


def _normal(name: str) -> str:
    """Normalise a package name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
