from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """An article as an archive has it, before the newsroom does anything with it."""

    location: str  # where it stands in the archive: a file's whole path, an id
    digest: str  # SHA-256 of it, so that an unchanged one is left alone
    headline: str
    body: str  # HTML, not yet sanitised
