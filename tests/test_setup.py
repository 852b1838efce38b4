"""What a newcomer and an operator type first: make, prepare and serve, as real processes."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from environs import EnvError
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from newsroom.environment import kept_secret_key, site_url

from .processes import (
    ROOT,
    SECONDS,
    children,
    environment,
    eventually,
    free_port,
    living,
    manage,
    needs_proc,
    running,
)

needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def make(folder, *arguments):
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=3 * SECONDS,
    )


def executable(path, *lines):
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)
    return path


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder of data made ready, and what the first run and the second printed.

    It has a publication, so no demo is made: that takes half a minute and has tests of its own.
    """
    data = tmp_path_factory.mktemp("data")
    made = "from articles.models import Publication; Publication.objects.create(pk=1)"
    for preparation in (["migrate"], ["shell", "--no-imports", "--command", made]):
        done = manage(*preparation, DATA_DIR=str(data))
        assert done.returncode == 0, done.stderr
    first, second = (manage("prepare", DATA_DIR=str(data)) for _ in range(2))
    return data, first, second


@pytest.fixture
def site(prepared, tmp_path):
    with running(tmp_path, DATA_DIR=str(prepared[0])) as site:
        yield site


@needs_make
def test_make_says_in_one_line_that_python_is_too_old(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    old = executable(tmp_path / "old python", "echo 3.11.7")

    result = make(tmp_path, "run", f"PYTHON={old}")

    said, *rest = result.stderr.splitlines()
    assert said == (
        f"newsroom needs Python 3.12 or newer; found 3.11.7 at {old}. "
        "Install one, or name it: make run PYTHON=/path/to/python3"
    )
    assert all(line.startswith("make") for line in rest)
    assert result.returncode != 0
    assert not tmp_path.joinpath(".venv").exists()


@needs_make
def test_make_says_in_one_line_that_venv_is_missing(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    bare = executable(tmp_path / "bare", 'case "$2" in *venv*) exit 1;; esac', "echo 3.13.1")

    result = make(tmp_path, "test", f"PYTHON={bare}")

    said, *rest = result.stderr.splitlines()
    assert said.startswith("newsroom needs Python's venv module")
    assert "python3-venv" in said
    assert all(line.startswith("make") for line in rest)
    assert result.returncode != 0


@needs_make
def test_make_passes_over_pythons_that_do_not_run(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    shims = tmp_path / "shims"
    shims.mkdir()
    for name in ("python3.13", "python3.14", "python3.12", "python"):
        executable(shims / name, "echo no such version >&2", "exit 127")
    executable(shims / "python3", "echo 3.9.2")

    result = subprocess.run(
        ["make", "run"],
        cwd=tmp_path,
        env=environment(PATH=f"{shims}{os.pathsep}{os.environ['PATH']}"),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )

    assert f"found 3.9.2 at {shims / 'python3'}" in result.stderr
    assert "no such version" not in result.stderr


@needs_make
def test_make_installs_once_and_again_only_when_the_lock_changed(tmp_path):
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    folder.joinpath("requirements.txt").write_text("# nothing\n")
    folder.joinpath("manage.py").write_text("import sys; print(sys.argv[1], sys.prefix)")
    as_named = f"PYTHON={sys.executable}"

    first, second = make(folder, "run", as_named), make(folder, "run", as_named)
    folder.joinpath("requirements.txt").write_text("# still nothing\n")
    third = make(folder, "run")

    ran = [f"{command} {folder / '.venv'}" for command in ("prepare", "serve")]
    installing = "Installing requirements.txt"
    assert first.stdout.splitlines()[1:] == [installing, *ran]
    assert second.stdout.splitlines() == ran
    assert third.stdout.splitlines() == [installing, *ran]


def pins(name):
    """{package: (version, number of hashes)} of a lock file."""
    text = re.sub(r"^ *#.*\n", "", ROOT.joinpath(name).read_text(), flags=re.MULTILINE)
    entries = text.replace("\\\n", " ").splitlines()
    found = [re.match(r"([\w.-]+)(?:\[.*\])?==([\w.]+)", entry) for entry in entries]
    assert all(found), "a line of the lock file pins nothing"
    return {
        canonicalize_name(match[1]): (match[2], entry.count("--hash=sha256:"))
        for match, entry in zip(found, entries, strict=True)
    }


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_of_a_lock_file_carries_hashes(name):
    assert [package for package, (_, hashes) in pins(name).items() if not hashes] == []


def test_the_lock_files_pin_every_dependency_that_the_project_names():
    project = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text())
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")

    for wanted, locked in (
        (project["project"]["dependencies"], runtime),
        (project["dependency-groups"]["dev"], development),
    ):
        for requirement in map(Requirement, wanted):
            version, _ = locked[canonicalize_name(requirement.name)]
            assert version in requirement.specifier, f"{requirement} is locked at {version}"
    for package in runtime.keys() & development.keys():
        assert runtime[package][0] == development[package][0]


def test_the_first_user_is_made_once_and_the_password_shown_once(prepared):
    _, first, second = prepared

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert re.search(r"Name: +editor\n +Password: +\S{20,}\n", first.stdout)
    assert "Password:" not in second.stdout
    assert "manage.py changepassword editor" in second.stdout


def test_the_second_preparation_finds_everything_in_place(prepared):
    _, _, second = prepared

    assert "Database: up to date" in second.stdout
    assert "Static files: up to date" in second.stdout


def test_a_database_that_nobody_prepared_is_one_clear_line(tmp_path):
    result = manage("serve", f"--port={free_port()}", DATA_DIR=str(tmp_path))

    assert result.returncode != 0
    assert result.stderr.splitlines() == [
        "CommandError: The database is not ready for this version: manage.py prepare"
    ]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        *(
            (name, "nonsense")
            for name in ("DATABASE_URL", "LOG_LEVEL", "SITE_URL", "CDN_PURGE_URL")
        ),
        ("PORT", "99999"),
        ("EMBED_PROVIDERS", "Nobody"),
        ("DATA_DIR", "/dev/null/data"),
    ],
)
def test_a_setting_that_cannot_be_is_one_clear_line(tmp_path, variable, value):
    done = manage("check", **{"DATA_DIR": str(tmp_path), variable: value})

    assert done.returncode == 1
    assert variable in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "url",
    ["https://news.example/paper", "ftp://news.example", "http://[x", "http://a@b", "http://a:b"],
)
def test_what_no_reader_could_type_is_no_address_of_a_site(url):
    with pytest.raises(EnvError, match="SITE_URL"):
        site_url(url)


def test_a_database_that_does_not_answer_is_one_clear_line(tmp_path):
    nowhere = f"postgres://nobody@127.0.0.1:{free_port()}/nothing"

    done = manage("prepare", DATA_DIR=str(tmp_path), DATABASE_URL=nowhere)

    assert done.returncode == 1
    assert done.stderr.startswith("The database does not answer: connection failed")
    assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path):
    tmp_path.joinpath("static").touch()

    done = manage("prepare", DATA_DIR=str(tmp_path))

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1:] == done.stderr.splitlines()
    assert str(tmp_path / "static") in done.stderr


def settings_with(*names, **variables):
    """The settings of these names, in an environment with these variables alone."""
    asked = f"from newsroom.settings import *; import json; print(json.dumps([{', '.join(names)}]))"
    said = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(said.stdout)


def test_a_setting_of_nothing_is_as_if_it_were_not_set():
    text = ROOT.joinpath("docs", "operating.md").read_text()
    table = re.search(r"## Settings\n.*?\n\n(\|.*?)\n\n", text, re.DOTALL)[1]
    empty = dict.fromkeys(re.findall(r"`([A-Z_]+)`", table), "")
    del empty["EMBED_PROVIDERS"]  # of which there may be none
    names = ["str(DATA_DIR)", "SITE_URL", "ALLOWED_HOSTS", "DATABASES", "UPLOAD_SECONDS", "DEBUG"]

    assert settings_with(*names, **dict.fromkeys(empty, "")) == settings_with(*names)
    assert settings_with(*names)[:2] == [str(ROOT / "var"), "http://127.0.0.1:8000"]


@pytest.mark.parametrize(
    ("variables", "url", "host"),
    [
        ({"SITE_URL": "https://News.example/"}, "https://news.example", "news.example"),
        ({"SITE_URL": "http://[2001:db8::1]:81"}, "http://[2001:db8::1]:81", "[2001:db8::1]"),
        ({"HOST": "2001:db8::1"}, "http://[2001:db8::1]:8000", "[2001:db8::1]"),
        ({"HOST": "::"}, "http://[::1]:8000", "[::1]"),
        ({"HOST": "0.0.0.0", "PORT": "81"}, "http://127.0.0.1:81", "127.0.0.1"),
    ],
)
def test_the_site_answers_at_its_own_address_whatever_others_are_named(
    tmp_path, variables, url, host
):
    more = {"ALLOWED_HOSTS": "www.news.example", "DATA_DIR": str(tmp_path)}

    said, hosts = settings_with("SITE_URL", "ALLOWED_HOSTS", **variables, **more)

    assert said == url
    assert {host, "localhost", "www.news.example"} <= set(hosts)


def test_the_secret_key_is_one_however_many_begin_at_once(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: kept_secret_key(tmp_path / "key"), range(40)))

    assert keys == {kept_secret_key(tmp_path / "key")}
    assert len(keys.pop()) > 50
    assert tmp_path.joinpath("key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_taken_port_is_one_clear_line_and_nothing_starts(prepared):
    with closing(socket.socket()) as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as another newsroom would
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        result = manage("serve", f"--port={port}", DATA_DIR=str(prepared[0]))

    assert result.returncode != 0
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"CommandError: Port {port} on 127.0.0.1 is taken. "
        f"Stop what listens there, or choose another: PORT={port + 1}"
    ]


def test_the_one_stylesheet_is_kept_for_ever_by_its_name(site):
    with urllib.request.urlopen(site.address, timeout=SECONDS) as answer:
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]*)"', answer.read().decode())

    (sheet,) = sheets
    with urllib.request.urlopen(site.address + sheet.lstrip("/"), timeout=SECONDS) as answer:
        kept = answer.headers["Cache-Control"]
    assert re.fullmatch(r"/static/css/newsroom\.[0-9a-f]{12}\.css", sheet)
    assert "immutable" in kept and int(re.search(r"max-age=(\d+)", kept)[1]) > 365 * 24 * 3600


@needs_proc
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_site_answers_and_leaves_no_process_behind(site, ending):
    with urllib.request.urlopen(site.address, timeout=SECONDS) as answer:
        assert answer.status == 200
    family = children(site.pid)
    assert len(family) >= 3, "two that answer readers and one in the background"

    site.process.send_signal(ending)

    assert site.process.wait(SECONDS) == 0
    eventually(lambda: not family & set(living()), seconds=5)
    assert site.printed.read_text().splitlines() == [
        f"The site is on {site.address} and the desk on {site.address}admin/ (Ctrl+C to stop)"
    ]


@needs_proc
def test_no_process_outlives_a_parent_that_was_killed(site):
    family = children(site.pid)

    site.process.kill()

    eventually(lambda: not family & set(living()), seconds=15)


@needs_proc
def test_what_would_serve_or_warm_the_same_data_otherwise_is_told_so(site, prepared):
    data, port = str(prepared[0]), free_port()
    same = {"DATA_DIR": data, "PORT": str(site.port)}

    second = manage("serve", f"--port={port}", DATA_DIR=data)
    strange, ours = manage("warm", DATA_DIR=data), manage("warm", **same)

    assert second.returncode == strange.returncode == 1
    assert f"being served already, as http://127.0.0.1:{site.port}." in second.stderr
    assert f"The site is being served as http://127.0.0.1:{site.port}," in strange.stderr
    assert second.stderr.count("\n") == strange.stderr.count("\n") == 1
    assert ours.returncode == 0, ours.stderr
    with urllib.request.urlopen(site.address) as answer:
        assert answer.headers["X-Cache"] == "HIT"


def test_a_background_worker_that_died_is_started_again(site):
    (worker,) = site.background()

    os.kill(worker, signal.SIGKILL)

    eventually(lambda: site.background() - {worker})
    assert "The background worker ended" in site.printed.read_text()


@needs_proc
def test_a_reader_is_answered_after_one_of_the_servers_processes_died(site):
    answering = children(site.pid, "spawn_main")
    victim = min(answering)

    os.kill(victim, signal.SIGKILL)

    eventually(lambda: len(children(site.pid, "spawn_main") - {victim}) == len(answering))
    with urllib.request.urlopen(site.address, timeout=SECONDS) as answer:
        assert answer.status == 200
