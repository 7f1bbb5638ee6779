"""The handbooks that ``eval/cases/manuals_*.jsonl`` ask about, gathered from Debian's packages.

    apt install debian-faq debian-policy git-doc maint-guide sqlite3-doc
    python -m eval.manuals FOLDER
    VOUCH_LIBRARY=LIBRARY vouch add FOLDER
    VOUCH_LIBRARY=LIBRARY vouch eval run cases --data eval/cases/manuals_dev.jsonl

They are a support team's documents: handbooks, reference pages, a policy and licences, some 3,200
passages. ``--from`` takes another place than ``/usr/share``, such as unpacked packages. The cases
were written against Debian 12; the packages of other releases say some things otherwise.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

_GIT = (
    "add bisect branch checkout cherry-pick clean clone commit fetch log merge pull push rebase"
    " reset revert stash switch tag"
)
_GIT_GUIDES = "gitfaq giteveryday gitignore gittutorial gitworkflows"
_SQLITE = (
    "about atomiccommit autoinc backup cli datatype3 different faq fileformat foreignkeys"
    " howtocorrupt isolation json1 lang_insert lang_select lang_transaction lang_upsert"
    " lang_vacuum limits lockingv3 nulls partialindex privatebranch quirks rtree selfcontained"
    " serverless sharedcache stricttables tempfiles testing threadsafe wal whentouse whyc"
    " withoutrowid zeroconf"
)
_LICENCES = "Apache-2.0 Artistic CC0-1.0 GFDL-1.3 GPL-3 MPL-2.0"


def pages(share: Path) -> Iterator[tuple[Path, str]]:
    """Yield every page below ``share`` with the path that it gets in the folder.

    Raises:
        FileNotFoundError: a package is not there.
    """
    doc = share / "doc"
    for folder, name in (("debian/FAQ", "faq"), ("maint-guide/html", "maint")):
        found = sorted((doc / folder).glob("*.en.html"))
        if not found:
            raise FileNotFoundError(str(doc / folder))
        yield from ((page, f"{name}/{page.name}") for page in found)
    for page in [*(f"git-{one}" for one in _GIT.split()), *_GIT_GUIDES.split()]:
        yield doc / "git-doc" / f"{page}.html", f"git/{page}.html"
    for page in _SQLITE.split():
        yield doc / "sqlite3" / f"{page}.html", f"sqlite/{page}.html"
    yield doc / "debian-policy" / "policy.pdf.gz", "policy.pdf"
    for licence in _LICENCES.split():
        yield share / "common-licenses" / licence, f"licences/{licence}.txt"


def gather(share: Path, folder: Path) -> int:
    """Copy the pages into a folder and return how many they are.

    Raises:
        FileNotFoundError: a package is not there; nothing has been copied.
    """
    found = list(pages(share))
    for page, _ in found:
        if not page.exists():
            raise FileNotFoundError(str(page))
    for page, name in found:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if page.suffix == ".gz":
            target.write_bytes(gzip.decompress(page.read_bytes()))
        else:
            shutil.copyfile(page, target)
    return len(found)


def main(arguments: Sequence[str] | None = None) -> int:
    """Gather the handbooks; return the exit code."""
    assert __doc__
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--from", dest="share", type=Path, default=Path("/usr/share"))
    asked = parser.parse_args(arguments)
    try:
        count = gather(asked.share, asked.folder)
    except FileNotFoundError as error:
        sys.stderr.write(f"There is no {error}. Install the packages named in --help.\n")
        return 2
    sys.stdout.write(f"{count} pages in {asked.folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
