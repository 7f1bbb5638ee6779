"""Draw scripted drafts anew from published data, and write the draw down.

python -m eval.scripted_draw --data DATA/dev [--seeds 4 5 6] [--out FOLDER]

What was drawn is kept as places in the data (``eval.scripted_kept``), and ``eval.scripted_drafts``
reads it: it draws nothing. A draw made anew is another sample, since it hangs on how Vouch reads
sentences, names and speakers on that day; its figures do not stand beside those of another.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.scripted_data import PARTS
from eval.scripted_kept import CASES, digest_of_rows, keep
from eval.scripted_rows import SEEDS, draws
from eval.scripted_texts import read_stock
from rag.errors import NotFound, VouchError


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw both parts, and say where they are kept and how they are told from other draws."""
    parser = argparse.ArgumentParser(prog="python -m eval.scripted_draw", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of development data")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="one for each draw")
    parser.add_argument("--out", type=Path, default=CASES, help="the folder that keeps the draws")
    given = parser.parse_args(arguments)
    try:
        stock = read_stock(given.data)
        if not stock.told:
            raise NotFound(
                f"{given.data} holds none of the published data.",
                "Give the folder of the dev data.",
            )
        given.out.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            rows = draws(stock, part, given.seeds)
            path = keep(rows, part, given.data, given.out)
            sys.stdout.write(f"{path}: {len(rows)} drafts, {digest_of_rows(rows)}\n")
    except VouchError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
