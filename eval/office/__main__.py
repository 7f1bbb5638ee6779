"""The office files that ``eval/cases/office_*.jsonl`` ask about.

    python -m eval.office FOLDER
    VOUCH_LIBRARY=LIBRARY vouch add FOLDER
    VOUCH_LIBRARY=LIBRARY vouch eval run cases --data eval/cases/office_dev.jsonl

Contracts, policies, minutes, mails, sheets, papers, tickets and guides of four invented houses, in
the formats that people have them in; it needs reportlab (``pip install 'vouch[dev]'``).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.office import firm, lab, law, support
from eval.office.written import written

FILES: dict[str, str] = {**firm.FILES, **law.FILES, **lab.FILES, **support.FILES}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files into a folder; return the exit code."""
    assert __doc__
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    for name, text in FILES.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(written(target.suffix, text))
    sys.stdout.write(f"{len(FILES)} files in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
