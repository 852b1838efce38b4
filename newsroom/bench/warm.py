"""Pages from the page store under load, beside others that send the same bytes."""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from django.conf import settings

from newsroom.server import THREADS

from .archives import folder_of
from .load import has_wrk, load
from .processes import DidNotStart, Probe, Server, environment, free_port, python
from .report import Bar, Say, table
from .rivals import write_nginx

BARS = {"ten lines": 0.65, "stock django": 3}
GZIP = {"Accept-Encoding": "gzip"}
# As `manage.py serve` starts it, save that Django does best with one thread.
GRANIAN = (
    "-m granian --interface wsgi --host 127.0.0.1 --workers 2 --runtime-mode mt "
    "--http 1 --no-ws --log-level error --factory"
).split()
APPLICATIONS = {"ten_lines": THREADS, "stock_django": 1, "bare_django": 1}


@dataclass(frozen=True)
class Rival:
    name: str
    server: Server
    asked: dict[str, tuple[str, dict[str, str]]]  # path and headers by kind of answer


@contextmanager
def site(archive: Path, folder: Path, **changes: str) -> Iterator[Server]:
    """``manage.py serve`` with the data of ``archive`` and an empty page store.

    ``changes`` are settings of the environment.
    """
    pages = archive / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    port = free_port()
    command = python(str(settings.BASE_DIR / "manage.py"), "serve", f"--port={port}")
    env = environment(DATA_DIR=str(archive), **changes)
    try:
        with Server(command, port=port, env=env, printed=folder / "site.txt") as server:
            yield server
    finally:
        shutil.rmtree(pages, ignore_errors=True)


def measure(
    size: int,
    *,
    kinds: list[str],
    connections: list[int],
    seconds: int,
    rounds: int,
    folder: Path,
    say: Say,
) -> list[Bar]:
    """``seconds`` of load for each figure, in so many ``rounds`` of all servers in turns."""
    with Probe(folder_of(size)) as probe:
        found = probe.does("paths")
    paths = {"article": found["article"][-1], "front": "/", "feed": "/feed/"}
    cases = [(kind, number) for number in connections for kind in kinds]
    loads, each = defaultdict(list), max(1, seconds // rounds)
    with ExitStack() as stack:
        server = stack.enter_context(site(folder_of(size), folder))
        at_start = server.memory_mib()
        for kind, path in paths.items():
            _keep(folder / kind, _get(server, path, GZIP))
        rivals = [_rival("newsroom", server, paths), *_rivals(stack, folder, say)]
        for rival in rivals:  # so that each of its processes has everything in memory
            for kind in kinds:
                if kind in rival.asked:
                    _load(rival, kind, max(connections), 1)
        for _ in range(rounds):
            for kind, number in cases:
                for rival in rivals:
                    if kind in rival.asked:
                        loads[rival.name, kind, number].append(_load(rival, kind, number, each))
        at_end = server.memory_mib()
    rates = {case: median(one.per_second for one in some) for case, some in loads.items()}
    ratios = {
        (name, *case): _ratio(loads["newsroom", *case], loads[name, *case])
        for name in BARS
        for case in cases
    }

    say("\nWarm: answers a second from the page store, as `manage.py serve` runs it")
    say(
        f"Medians of {rounds} rounds of {each} s with all servers in turns, 2 processes each.\n"
        f"Load by {'wrk' if has_wrk() else 'our own client, for wrk is not installed'}.\n"
    )
    names = [rival.name for rival in rivals]
    rows = [_row(kind, number, names, rates, ratios) for kind, number in cases]
    say(table(["answer", "connections", *names, *(f"/ {name}" for name in BARS)], rows))
    weights = [f"{kind} {folder.joinpath(kind + '.gz').stat().st_size:,}" for kind in paths]
    say(f"\nbytes of a body: {', '.join(weights)}")
    slow = [one.p99_ms for case in loads for one in loads[case] if case[0] == "newsroom"]
    say(f"newsroom's p99: median of the rounds {median(slow):.1f} ms, worst {max(slow):.1f} ms")
    failed = sum(one.failed for case in loads for one in loads[case])
    say(f"failed requests, of all servers: {failed}")
    if at_start:
        say(f"newsroom's memory, all processes: {at_start:.0f} MiB at start, {at_end:.0f} after")
    return [_bar(name, least, ratios, cases) for name, least in BARS.items()]


def _ratio(ours, theirs):
    """Of neighbours in time, so that what disturbs a round disturbs both."""
    pairs = zip(ours, theirs, strict=True)
    return median(one.per_second / other.per_second for one, other in pairs)


def _rivals(stack, folder, say):
    env = environment(BENCH_PAGES=str(folder))
    paths = {path.stem: f"/{path.stem}" for path in folder.glob("*.gz")}
    for name, threads in APPLICATIONS.items():
        port = free_port()
        command = python(
            *GRANIAN,
            f"--blocking-threads={threads}",
            f"--port={port}",
            f"newsroom.bench.rivals:{name}",
        )
        server = Server(command, port=port, env=env, printed=folder / f"{name}.txt")
        rival = _rival(name.replace("_", " "), stack.enter_context(server), paths)
        if name == "bare_django":  # whatever it is asked, it says two letters
            rival = replace(rival, asked={"article": rival.asked["article"]})
        yield rival
    if not shutil.which("nginx"):
        return say("nginx is not installed, so it is not measured.")
    port = free_port()
    command = ["nginx", "-p", str(folder), "-c", str(write_nginx(folder, port))]
    server = Server(command, port=port, env=env, printed=folder / "nginx.txt")
    yield _rival("nginx", stack.enter_context(server), paths)
    return None


def _rival(name, server, paths):
    etag = _get(server, paths["article"], GZIP).getheader("ETag") or "*"
    asked = {kind: (path, GZIP) for kind, path in paths.items()}
    asked["304"] = paths["article"], GZIP | {"If-None-Match": etag}
    return Rival(name, server, asked)


def _load(rival, kind, connections, seconds):
    path, headers = rival.asked[kind]
    address = f"http://127.0.0.1:{rival.server.port}{path}"
    return load([address], headers, connections=connections, seconds=seconds)


def _get(server, path, headers):
    answer = server.get(path, headers)
    if answer.status != 200:
        raise DidNotStart(f"{path} answers {answer.status}.")
    return answer


def _keep(file, answer):
    file.with_suffix(".gz").write_bytes(answer.content)
    file.with_suffix(".type").write_text(answer.getheader("Content-Type"))


def _row(kind, connections, names, rates, ratios):
    found = [rates.get((name, kind, connections)) for name in names]
    yield from (kind, connections)
    yield from ("" if rate is None else f"{rate:,.0f}" for rate in found)
    yield from (f"{ratios[name, kind, connections]:.2f}" for name in BARS)


def _bar(name, least, ratios, cases):
    worst = kind, connections = min(cases, key=lambda case: ratios[name, *case])
    where = f"{kind}, connections: {connections}"
    return Bar(f"warm, times {name}", ratios[name, *worst], least, where, is_ceiling=False)
