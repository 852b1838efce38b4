"""What `make audit` says. Lighthouse itself is asked by hand: it is no Python."""

import json

import pytest
from django.core.management import CommandError, call_command

from newsroom.audit import read


def said(*, seo=1, lcp=900.4, cls=0):
    audits = {
        "largest-contentful-paint": {"numericValue": lcp, "score": 0.99, "title": "LCP"},
        "cumulative-layout-shift": {"numericValue": cls, "score": 1, "title": "CLS"},
        "total-blocking-time": {"numericValue": 0, "score": 1, "title": "TBT"},
        "meta-description": {"score": seo, "title": "The page has no description"},
        "hint": {"score": 0, "title": "Something that counts for nothing"},
    }
    refs = [{"id": name, "weight": 0 if name == "hint" else 1} for name in audits]
    names = {"performance": refs[:3], "accessibility": [], "best-practices": [], "seo": refs[3:]}
    scores = {"seo": seo}
    return {
        "audits": audits,
        "categories": {
            name: {"score": scores.get(name, 1), "auditRefs": refs} for name, refs in names.items()
        },
    }


def test_a_page_that_reaches_everything_is_good():
    report = read("/", said())

    assert report.is_good
    assert "good  /" in str(report)
    assert "LCP 0.90 s  CLS 0  TBT 0 ms" in str(report)


@pytest.mark.parametrize("short", [{"seo": 0.92}, {"lcp": 1201}, {"cls": 0.01}])
def test_a_page_that_misses_one_of_them_is_not(short):
    assert not read("/", said(**short)).is_good


def test_what_took_a_mark_is_named_and_what_counts_for_nothing_is_not():
    assert read("/", said(seo=0.92)).found == ["LCP", "The page has no description"]


def test_without_a_site_it_says_how_to_serve_one(db, settings):
    settings.SITE_URL = "http://127.0.0.1:9"

    with pytest.raises(CommandError, match="Serve the site first"):
        call_command("audit")


def test_nothing_is_installed_unasked(db, live_server, settings, monkeypatch, tmp_path):
    settings.SITE_URL = live_server.url
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CommandError, match="npm install -g lighthouse"):
        call_command("audit", "/healthz")


def test_lighthouse_is_asked_about_each_page_and_a_poor_one_fails(
    db, live_server, settings, monkeypatch, tmp_path, capsys
):
    settings.SITE_URL = live_server.url
    lighthouse = tmp_path / "lighthouse"
    lighthouse.write_text(f"#!/bin/sh\ncat <<'JSON'\n{json.dumps(said(lcp=2000))}\nJSON\n")
    lighthouse.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setenv("CHROME_PATH", "/usr/bin/chromium")

    with pytest.raises(CommandError, match="1 fall short"):
        call_command("audit", "/about/")

    assert "poor  /about/" in capsys.readouterr().out
