"""WiCE: claims of Wikipedia, with the page that they cite.

Kamoi et al. 2023, "WiCE: Real-World Entailment for Claims in Wikipedia". ``supported`` alone is
supported; partially supported claims are not, as in MiniCheck (Tang et al. 2024). The source is
the whole page, one sentence a line. Files of claims and of subclaims have the same shape.
"""

from __future__ import annotations

from pathlib import Path

from eval.cases import Claim, Source, Suite
from eval.suites.fields import Fault, Line, identity, loose, text, texts
from eval.suites.format import OF_CLAIMS, Format, Options
from eval.suites.reading import find_file, read_rows

_FILES = "a WiCE file (.jsonl), or the folder that holds it"
_EXPECTED = "JSON Lines with `label`, `claim`, `evidence` and `meta`"
_LABELS = ("supported", "partially_supported", "not_supported")
_META = "(meta data) TITLE:"


def _load(data: Path, _options: Options) -> Suite:
    path = find_file(data, ("*claim*.jsonl", "*.jsonl", "*.json"), _FILES)
    rows = []
    for line in read_rows(path, ("evidence", "supporting_sentences"), _EXPECTED):
        meta = line.row.get("meta")
        id_ = identity(meta if isinstance(meta, dict) else {}, "id", line.name)
        try:
            claim = _claim(line, id_)
        except Fault as fault:
            words = loose(line.row, "claim")
            claim = Claim(id_, words, (), False, problem=line.say(fault))
        rows.append(claim)
    return FORMAT.suite(rows, [path])


def _claim(line: Line, id_: str) -> Claim:
    row = line.fields()
    words, label, evidence = text(row, "claim"), text(row, "label"), texts(row, "evidence")
    if label not in _LABELS:
        raise Fault(f"`label` is {label!r} where {', '.join(_LABELS)} was expected")
    page = "\n".join(evidence)
    if not page.strip():
        raise Fault("`evidence` is empty")
    first = evidence[0]
    title = first.removeprefix(_META).strip() if first.startswith(_META) else ""
    meta = row.get("meta")
    return Claim(
        id=id_,
        text=words,
        sources=(Source(f"{id_}/page", page, title),),
        supported=label == "supported",
        label=label,
        tags=(label,),
        group=loose(meta, "claim_title") if isinstance(meta, dict) else "",
    )


FORMAT = Format(
    name="wice",
    task="verify",
    about="WiCE: claims of Wikipedia against the whole page they cite; partly supported is not.",
    metrics=OF_CLAIMS,
    files=_FILES,
    load=_load,
    grouped_by="Wikipedia article",
)
