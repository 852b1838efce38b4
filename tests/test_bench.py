"""What `make bench` prints. No test asserts a time."""

import subprocess
import sys

import pytest

from newsroom.bench.load import Load, read_wrk
from newsroom.bench.report import Bar

from .test_setup import ROOT, environment

PRINTED = """\
Running 1s test @ http://127.0.0.1:8000/
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   718.69us    0.94ms  23.92ms   96.04%
    Req/Sec    46.06k     3.64k   50.93k    72.73%
  Latency Distribution
     50%  612.00us
     75%  800.00us
     90%    1.01ms
     99%    3.72ms
  50412 requests in 1.10s, 130.95MB read
"""
TROUBLE = """\
  Socket errors: connect 0, read 2, write 0, timeout 1
  Non-2xx or 3xx responses: 40
"""
RATE = "Requests/sec:  45836.43\nTransfer/sec:    119.07MB\n"


def test_the_figures_of_wrk_are_read():
    assert read_wrk(PRINTED + RATE) == Load(45836.43, failed=0, p99_ms=3.72)
    assert read_wrk(PRINTED + TROUBLE + RATE) == Load(45836.43, failed=43, p99_ms=3.72)
    with pytest.raises(ValueError):
        read_wrk("unable to connect to 127.0.0.1:8000 Connection refused\n")


def test_a_bar_says_whether_it_is_met_and_with_what():
    least = Bar("warm, times ten lines", 0.7, 0.65, "front", is_ceiling=False)
    most = Bar("cold article, times a bare view", 31, 30)

    assert str(least) == "met      warm, times ten lines: 0.70, at least 0.65 (front)"
    assert str(most) == "not met  cold article, times a bare view: 31.00, at most 30"


def test_the_bench_measures_every_kind_of_page_and_leaves_nothing_but_its_archives(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "bench", "--quick", "--only", "cold"],
        env=environment(DATA_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=180,
    )

    assert done.returncode == 0, done.stderr
    first_words = [line.split("  ")[0].strip() for line in done.stdout.splitlines()]
    for kind in ("bare", "front", "article", "section", "tag", "author", "feed", "deep page"):
        assert kind in first_words
    assert "growth of queries from 200 to 400 stories: 1.00" in done.stdout
    assert {path.name for path in (tmp_path / "bench").iterdir()} == {"200", "400"}
