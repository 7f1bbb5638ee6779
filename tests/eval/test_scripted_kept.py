"""Kept draws: they are read as they were drawn, whatever Vouch's reading of English becomes."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.scripted_data import FILES, PARTS, opening_day
from eval.scripted_drafts import main as run
from eval.scripted_draw import main as draw
from eval.scripted_kept import (
    CASES,
    OtherData,
    digest_of,
    digest_of_rows,
    path_of,
    read_kept,
)
from eval.scripted_rows import draws
from eval.scripted_texts import read_stock
from rag.errors import NotFound

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parents[3] / "shared" / "data" / "dev"
DRAWN = {"tune": "8d35a4e4bdc4", "report": "061f653572f9"}
"""What tells the kept draws: with another one, every figure of scripted drafts is another's."""
TOWNS = "Elva Hollin Sallow Tolle Marten Brack Kestrel Dunmark Norland Corvane Ferris Lorne".split()


def _write(data: Path, origin: str, rows: list[dict]) -> None:
    path = data / FILES[origin]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a folder of the published formats, on floods that never were."""
    data = tmp_path_factory.mktemp("data") / "dev"
    ragtruth, wice, begin, clapnq, mtrag, news = [], [], [], [], [], []
    for n in range(40):
        town, other = TOWNS[n % 12], TOWNS[(n + 5) % 12]
        first = f"The dam above {town} burst on Tuesday and killed {n + 20} people in the mill."
        second = f"Mayor Ines {other} said that the council of {town} had put off the repair."
        third = f"The {other} bridge was closed to all lorries of the quarry in May {1900 + n}."
        text = f"{first} {second} {third}"
        retold = f"In the mill {n + 20} people were killed when the dam above {town} burst."
        again = f"The repair had been put off by the council of {town}, Mayor Ines {other} said."
        made_up = f"Smugglers in {town} have long hidden tobacco beneath the old chapel floor."
        ragtruth.append(
            {
                "source_id": n,
                "d1": f"passage 1:{text}\n\npassage 2:The market of {other} sold {n + 60} goats.",
                "d2": f"- **{retold[:6]}**{retold[6:]}\n{made_up}",
                "labels": [{"start": len(retold) + 7, "end": len(retold) + 7 + len(made_up)}],
            }
        )
        wice.append(
            {
                "meta": {"id": f"w{n}"},
                "label": "supported",
                "claim": again,
                "evidence": [f"(meta data) TITLE: Flood {n}", first, second, third],
                "supporting_sentences": [[2]],
            }
        )
        begin.append(["", "", text, "", retold, "Fully attributable"])
        answer = {"answer": retold}
        passages = [{"text": text, "title": f"Flood {n}"}]
        clapnq.append({"id": f"c{n}", "passages": passages, "output": [answer]})
        mtrag.append(
            {
                "conversation_id": f"m{n}",
                "answerability": ["ANSWERABLE"],
                "contexts": [{"document_id": f"d{n}", "text": text}],
                "targets": [{"text": again}],
            }
        )
        news.append(
            (n, f"Flood {n}", f"Sun {1 + n % 28} Apr {2000 + n} {text}", "Wire", "5/2/2017")
        )
    for origin, rows in zip(
        ("ragtruth", "wice", "clapnq", "mtrag"), (ragtruth, wice, clapnq, mtrag), strict=True
    ):
        _write(data, origin, rows)
    for origin, head, rows, mark in (
        ("begin", "a b knowledge d response label", begin, "\t"),
        ("fa-kes", "unit_id article_title article_content source date", news, ","),
    ):
        path = data / FILES[origin]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=mark).writerows([head.split(), *rows])
    return data


@pytest.fixture(scope="module")
def kept(data, tmp_path_factory):
    """Return a folder that keeps the draws of those data."""
    folder = tmp_path_factory.mktemp("draws")
    assert draw(["--data", str(data), "--seeds", "4", "5", "--out", str(folder)]) == 0
    return folder


@pytest.mark.parametrize("part", PARTS)
def test_a_draw_is_read_as_it_was_drawn(data, kept, part):
    drawn = draws(read_stock(data), part, (4, 5))
    read = read_kept(part, data, kept)
    assert read == drawn
    assert digest_of_rows(read) == digest_of_rows(drawn)
    assert {row.seed for row in read} == {4, 5}
    first, second = ({(row.kind, row.text) for row in read if row.seed == n} for n in (4, 5))
    assert len(first) > 100 < len(second)
    assert not first & second
    assert {row.kind for row in read} >= {"true", "number", "name", "day", "wrong citation"}


def test_a_draw_holds_no_text_of_the_data(data, kept):
    folders = [(kept, TOWNS), (CASES, ())]
    for folder, names in folders:
        for part in PARTS:
            text = path_of(part, folder).read_text(encoding="utf-8")
            _, *lines = [json.loads(line) for line in text.splitlines()]
            drafts = [one for one in lines if isinstance(one, dict)]
            assert len(drafts) > 100
            own = [
                piece
                for one in drafts
                for piece in (*one["text"], *one.get("base", ()))
                if isinstance(piece, str)
            ]
            assert own
            assert max(map(len, own)) <= 20
            assert names or len(drafts) > 1_400
            known = set("id seed kind wording group hits cited right text near base sha".split())
            assert all(set(one) <= known for one in drafts)
            passages = [one for one in lines if isinstance(one, list)]
            assert all(len(one) == 6 and len(one[2]) < 12 for one in passages)


def test_reading_a_draw_asks_nothing_of_how_vouch_reads_english(data, kept):
    code = (
        "import sys; from pathlib import Path; from eval.scripted_kept import read_kept;"
        f"rows = read_kept('tune', Path({str(data)!r}), Path({str(kept)!r}));"
        "print(len(rows), [one for one in sys.modules if one.startswith(('rag.', 'ingest'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    count, _, modules = done.stdout.partition(" ")
    assert int(count) > 100
    assert set(json.loads(modules.replace("'", '"'))) == {"rag.errors", "rag.types"}


def test_the_kept_draws_are_those_whose_figures_are_told():
    for part in PARTS:
        lines = path_of(part).read_text(encoding="utf-8").splitlines()
        rows = [one for one in map(json.loads, lines) if isinstance(one, dict) and "sha" in one]
        told = [f"{one['sha']} {tuple(one['cited'])} {one['right']}" for one in rows]
        assert digest_of(*told) == DRAWN[part]
        wrong = ("number", "name", "day", "speaker", "wrong citation")
        assert sum(one["kind"] in wrong for one in rows) == 3 * 260


def test_the_kept_draws_fit_the_published_data():
    if not DATA.is_dir():
        pytest.skip("no development data beside the repository")
    for part in PARTS:
        rows = read_kept(part, DATA)
        assert digest_of_rows(rows) == DRAWN[part]
        assert all(row.text != row.base for row in rows if row.kind in ("number", "name", "day"))


def test_other_data_than_a_draw_was_made_of_are_told_with_what_to_do(data, kept, tmp_path):
    other = tmp_path / "dev"
    for origin in FILES:
        path = other / FILES[origin]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((data / FILES[origin]).read_bytes().replace(b"quarry", b"colliery"))
    with pytest.raises(OtherData, match=r"has another text in row \d+") as error:
        read_kept("tune", other, kept)
    assert "eval.scripted_draw" in error.value.hint
    for origin in FILES:
        (other / FILES[origin]).write_bytes((data / FILES[origin]).read_bytes())
    assert read_kept("tune", other, kept) == read_kept("tune", data, kept)
    (other / FILES["wice"]).unlink()
    with pytest.raises(NotFound, match=r"wice/claim_dev\.jsonl"):
        read_kept("tune", other, kept)
    with pytest.raises(NotFound, match="No draw of the part 'report' is kept"):
        read_kept("report", data, tmp_path)


def test_a_command_says_what_does_not_fit_and_fails(data, kept, tmp_path, capsys):
    assert run(["--data", str(tmp_path), "--draws", str(kept)]) == 1
    assert "The draw needs" in capsys.readouterr().err
    assert run(["--data", str(data), "--draws", str(kept), "--seeds", "9"]) == 1
    assert "Kept are [4, 5]; --anew draws others." in capsys.readouterr().err
    assert draw(["--data", str(tmp_path / "none"), "--out", str(tmp_path)]) == 1
    assert "holds none of the published data" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Damascus, 3 August 2015 - Shells fell.", "2015-08-03"),
        ("Updated Aug. 3, 2015. Shells fell.", "2015-08-03"),
        ("Shells fell in August 2015.", ""),
        (f"{'Shells fell. ' * 40} 3 August 2015", ""),
    ],
)
def test_the_day_of_an_article_is_read_without_vouch(text, day):
    assert opening_day(text) == day
