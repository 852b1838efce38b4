"""What Lighthouse says of a site that is served: figures for each page, and what it found."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

LIGHTHOUSE = "lighthouse@12.8.2"
OPTIONS = ["--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox"]
LONGEST_SECONDS = 180
SCORES = {"performance": 0.99, "accessibility": 1, "best-practices": 1, "seo": 1}
# The most that each may be, in the unit of Lighthouse: milliseconds, and a share of the page.
FIGURES = {
    "largest-contentful-paint": ("LCP", 1200),
    "cumulative-layout-shift": ("CLS", 0),
    "total-blocking-time": ("TBT", 0),
}


class Missing(Exception):
    """Something that has to be installed first; the message says how."""


@dataclass(frozen=True)
class Report:
    path: str
    scores: dict[str, float]  # 0 to 1
    figures: dict[str, float]
    found: list[str]  # what took a mark from a score

    @property
    def is_good(self) -> bool:
        return all(self.scores[name] >= least for name, least in SCORES.items()) and all(
            self.figures[short] <= most for short, most in FIGURES.values()
        )

    def __str__(self):
        scores = "  ".join(f"{name} {score * 100:.0f}" for name, score in self.scores.items())
        lcp, cls, tbt = (self.figures[name] for name in ("LCP", "CLS", "TBT"))
        return (
            f"{'good' if self.is_good else 'poor'}  {self.path}\n      {scores}\n      "
            f"LCP {lcp / 1000:.2f} s  CLS {cls:g}  TBT {tbt:.0f} ms"
        )


def audit(site: str, paths: list[str]) -> Iterator[Report]:
    """A report for each of ``paths`` of ``site``, as a phone on a slow line has it. 15 s each.

    Nothing is installed: raises Missing where Node, Lighthouse or Chromium is not there.
    """
    command = _lighthouse()
    chromium = os.environ.get("CHROME_PATH") or shutil.which("chromium")
    if not chromium:
        raise Missing("There is no Chromium: apt install chromium, or name it with CHROME_PATH.")
    for path in paths:
        done = subprocess.run(  # noqa: S603  a fixed command and addresses of our own site
            [*command, site + path, *OPTIONS],
            env=os.environ | {"CHROME_PATH": chromium},
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
        )
        if done.returncode:
            raise Missing(f"Lighthouse failed at {path}: {done.stderr.strip()[-600:]}")
        yield read(path, json.loads(done.stdout))


def _lighthouse():
    if found := shutil.which("lighthouse"):
        return [found]
    npx = shutil.which("npx")
    command = [npx, "--no-install", LIGHTHOUSE]
    if npx and not subprocess.run([*command, "--version"], capture_output=True).returncode:  # noqa: S603
        return command
    raise Missing(
        f"Lighthouse is missing; nothing is installed unasked: npm install -g {LIGHTHOUSE}"
    )


def read(path: str, said: dict) -> Report:
    """What Lighthouse ``said`` in its JSON of one page."""
    audits = said["audits"]
    found = []
    for name in SCORES:
        for part in said["categories"][name]["auditRefs"]:
            result = audits[part["id"]]
            if part["weight"] and result["score"] is not None and result["score"] < 1:
                found.append(f"{result['title']} {result.get('displayValue', '')}".strip())
    return Report(
        path,
        scores={name: said["categories"][name]["score"] for name in SCORES},
        figures={short: audits[name]["numericValue"] for name, (short, _) in FIGURES.items()},
        found=found,
    )
