"""What the settings are made of: variables, and what lies in ``DATA_DIR``. Reads no setting.

What cannot be used is an EnvError, which ``manage.py`` says in one line.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from environs import EnvError


def drop_empty(*names: str) -> None:
    """A variable that is set to nothing, as in a list of all of them, is as if it were not set."""
    for name in names:
        if not os.environ.get(name):
            os.environ.pop(name, None)


def folder(path: Path) -> Path:
    """``path``, made if it is not there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvError(f'"DATA_DIR" cannot be used: {error}.')
    return path


def kept_secret_key(path: Path) -> str:
    """The secret key in ``path``, made there on the first call; whole, or not there at all."""
    try:
        if not path.exists():
            with NamedTemporaryFile("w", dir=path.parent) as file:  # for its owner alone
                file.write(secrets.token_urlsafe(64))
                file.flush()
                os.fsync(file.fileno())
                with suppress(FileExistsError):  # another process was faster
                    os.link(file.name, path)
        return path.read_text().strip()
    except OSError as error:
        raise EnvError(f'The secret key in "DATA_DIR" cannot be used: {error}.')


def site_url(text: str) -> str:
    """``text`` as addresses of the site begin."""
    try:
        parts = urlsplit(text)
        is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one or text != f"{parts.scheme}://{parts.netloc}" or "@" in text:
        raise EnvError(f'"SITE_URL" invalid: {text} is not like https://news.example.')
    return text.lower()
