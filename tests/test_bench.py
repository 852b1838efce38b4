"""What `make bench` prints. No test asserts a time."""

import subprocess
import sys
from collections import Counter

import pytest
from django.contrib.auth import get_user_model

from articles.importers.archive import Archive, generate
from articles.links import report
from articles.models import (
    Article,
    Correction,
    Edition,
    ExternalLink,
    Follow,
    InterestingLink,
    StandingPage,
)
from newsroom.bench import web
from newsroom.bench.load import Load, measured, read
from newsroom.bench.report import Bar

from .processes import ROOT, environment

PRINTED = """\
Running 1s test @ http://127.0.0.1:8000/
  50412 requests in 1.10s, 130.95MB read
Transfer/sec:    119.07MB

{"requests": 50412, "seconds": 1.1, "failed": 3, "p50_ms": 0.6, "p99_ms": 3.7, "p999_ms": 8, \
"longest_ms": 24}
"""


def test_the_figures_of_wrk_are_read():
    assert read(PRINTED) == Load(50412, 1.1, 3, 0.6, 3.7, 8, 24)
    with pytest.raises(ValueError):
        read("unable to connect to 127.0.0.1:8000 Connection refused\n")


def test_the_figures_of_our_own_client_are_those_of_its_answers():
    waits = Counter({10: 980, 20: 15, 400: 4, 900: 1})  # tenths of a millisecond

    assert measured(waits, 2, 0) == Load(1000, 2, 0, 1.0, 2.0, 40.0, 90.0)


def test_a_bar_says_whether_it_is_met_and_with_what():
    least = Bar("warm, times ten lines", 0.7, 0.65, "front", is_ceiling=False)
    most = Bar("cold article, times a bare view", 31, 30)

    assert str(least) == "met      warm, times ten lines: 0.70, at least 0.65 (front)"
    assert str(most) == "not met  cold article, times a bare view: 31.00, at most 30"


def bench(folder, *arguments):
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "bench", "--quick", *arguments],
        env=environment(DATA_DIR=str(folder)),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_the_bench_measures_every_kind_of_page_and_leaves_nothing_but_its_archives(tmp_path):
    done = bench(tmp_path, "--only", "cold")

    first_words = [line.split("  ")[0].strip() for line in done.stdout.splitlines()]
    for kind in ("bare", "front", "article", "section", "tag", "author", "feed", "deep page"):
        assert kind in first_words
    assert "growth of queries from 200 to 400 stories: 1.00" in done.stdout
    assert {path.name for path in (tmp_path / "bench").iterdir()} == {"200", "400"}


def test_the_bench_knows_the_lines_of_pages_when_it_sees_them(tmp_path):
    done = bench(tmp_path, "--only", "lines", "--sizes", "200")

    assert "a wrong line after the editor's answer: 0, at most 0" in done.stdout


@pytest.mark.django_db
def test_every_page_on_the_web_of_stories_that_is_measured_has_something_to_show(monkeypatch):
    monkeypatch.setattr(report, "BROAD_LEAST", 3)
    monkeypatch.setattr(web, "DAYS", 3)
    monkeypatch.setattr(web, "BROKEN", 20)
    generate(Archive(120, seed=1))
    models = (Article, Correction, Edition, ExternalLink, Follow, InterestingLink, StandingPage)
    before = [model.objects.count() for model in models]
    measured = web.Web()

    try:
        found = measured.round()
    finally:
        measured.close()

    assert len(found) == len(report.REPORTS) + 8
    assert [name for name, page in found.items() if not page["rows"]] == []
    assert [model.objects.count() for model in models] == before
    assert not get_user_model().objects.exists()
