"""Made-up runs of all three tasks, with every part that a run can have, for tests."""

import math

QUOTED = "Interior Minister Aldo Brennick said on Wednesday that 12 people were killed."


def rate(value, low=None, high=None, n=200, failed=0, **more):
    ci = [value if low is None else low, value if high is None else high]
    return {"value": value, "ci": ci, "n": n, "failed": failed, **more}


def summary(task="answer", rows=200, **more):
    """Return a summary of a run; ``more`` replaces its fields."""
    metrics = {
        "f1": rate(0.612, 0.583, 0.642, rows, 3),
        "exact_match": rate(0.507, 0.471, 0.54, rows, 3),
        "faithfulness": rate(0.941, 0.922, 0.957, rows - 3),
        "wrong_asserted": rate(0.062, 0.041, 0.085, rows, 3),
        "account_precision": {"value": None, "ci": None, "n": 0, "failed": 0},
        "answer_words": rate(23.4, 21.9, 25.0, rows - 3, unit="words"),
        "latency": rate(0.352, 0.338, 0.371, rows - 3, unit="s"),
    }
    made = {
        "name": "squad2",
        "task": task,
        "system": "vouch",
        "rows": rows,
        "outcomes": {"answered": rows - 43, "refused": 40, "failed": 3},
        "metrics": metrics,
        "baselines": {
            "always_refuse": {
                "f1": rate(0.521, 0.49, 0.55),
                "exact_match": rate(0.521, 0.49, 0.55),
            },
            "top_passage": {"f1": rate(0.087, 0.08, 0.094), "exact_match": rate(0.0)},
        },
        "tags": {
            "how many": {"f1": rate(0.71, 0.64, 0.78, 52)},
            "who": {"f1": rate(0.66, 0.6, 0.73, 81)},
            "when": {"f1": rate(0.49, 0.38, 0.6, 30)},
            "no answer": {"f1": rate(0.88, 0.8, 0.94, 37)},
        },
        "curves": {
            "risk_coverage": [[n / 100, 0.05 + 0.33 * (n / 100) ** 2] for n in range(1, 101)],
            "reliability": [
                {
                    "low": n / 10,
                    "high": (n + 1) / 10,
                    "n": 10 + 13 * n,
                    "confidence": n / 10 + 0.055,
                    "accuracy": min(1, 0.12 + n / 11 + (0.05 if n % 3 else -0.06)),
                }
                for n in range(10)
            ],
            "latency": [0.2 + 0.15 * abs(math.sin(n)) + (n % 29 == 0) * 0.3 for n in range(rows)],
        },
        "problems": [
            {"id": "case-017", "error": "The endpoint gave no answer within 30 s."},
            {"id": "case-018", "error": "ConnectError: connection refused by 127.0.0.1:8000"},
            {"id": "case-019", "error": "row 19 has no question"},
        ],
        "verifier": {
            "name": "vouch-checks",
            "agreement": {
                "suite": "ragtruth-qa",
                "metric": "balanced_accuracy",
                "value": 0.781,
                "ci": [0.752, 0.81],
                "n": 989,
            },
        },
        "settings": {"hits": 24, "caution": "normal", "llm": None},
        "settings_hash": "9f2c41d07a",
        "library": {"documents": 204, "seq": 311},
        "commit": "d5441b1",
        "code": "7be1c0",
        "date": "2026-11-22T14:05:09+00:00",
        "seconds": 484.2,
        "machine": {"cpu": "2 cores", "memory_gb": 16, "python": "3.11.9"},
        "command": "vouch eval run squad2 --data data/squad2-dev.json",
        "about": "Questions on Wikipedia paragraphs, a third of which no paragraph answers.",
        "grouped_by": "document",
        "better": {"wrong_asserted": "lower", "latency": "lower", "answer_words": "lower"},
        "description": {
            "f1": "Overlap of the words of the answer and of the nearest reference answer.",
            "faithfulness": "Share of sentences that their quotations support.",
        },
    }
    return {**made, **more}


def answer(text="12 people were killed, the minister said.", **more):
    """Return an answer in the shape of the contract."""
    made = {
        "text": f"{text} [1]",
        "declined": None,
        "answers": [{"text": "12", "probability": 0.91, "citations": [1]}],
        "sentences": [
            {
                "text": text,
                "start": 0,
                "end": len(text),
                "status": "kept",
                "verdict": "supported",
                "citations": [{"n": 1, "support": 0.96}],
            },
            {
                "text": "An earlier count was nine.",
                "start": 0,
                "end": 0,
                "status": "marked",
                "verdict": "partial",
                "citations": [{"n": 2, "support": 0.52}],
            },
        ],
        "citations": [
            {"n": 1, "document_id": "d1", "title": "Ministry statement", "source": "news/a.txt"},
            {"n": 2, "document_id": "d2", "title": "First report", "source": "news/b.txt"},
        ],
        "accounts": [
            {
                "quantity": "killed",
                "value": "12",
                "claimant": "Aldo Brennick",
                "stance": "says",
                "relation": "disagrees",
                "citations": [1],
            },
            {
                "quantity": "killed",
                "value": "at least nine",
                "claimant": "the fire service",
                "stance": "estimates",
                "relation": "update",
                "citations": [2],
            },
        ],
    }
    return {**made, **more}


def record(n=1, outcome="answered", **more):
    """Return a line of records.jsonl of a case; ``more`` replaces its fields."""
    made = {
        "id": f"case-{n:03}",
        "outcome": outcome,
        "error": "",
        "seconds": 0.2 + n % 7 / 10,
        "scores": {"f1": (1.0, 0.4, 0.0)[n % 3], "exact_match": float(n % 3 == 0), "latency": 0.3},
        "row": {
            "id": f"case-{n:03}",
            "question": f"How many people were killed in explosion {n}?",
            "history": [
                {"role": "user", "content": "What happened at Larkhaven?"},
                {"role": "assistant", "content": "The fertiliser works exploded."},
            ],
            "expect": {
                "all": ["12"],
                "values": ["12", "17", "re:at least (9|nine)"],
                "min_values": 2,
                "wrong": ["60"],
                "accounts": [{"value": "17", "claimant": "Estuary Watch", "relation": "update"}],
            },
            "answerable": True,
            "sources": ["a.txt", "c.txt"],
            "tags": [("who", "how many", "when")[n % 3]],
            "group": f"story-{n // 10}",
        },
        "answer": answer(),
        "hits": None,
        "verdict": None,
        "checks": {
            "verifier": "vouch-checks",
            "sentences": [
                {
                    "text": "12 people were killed, the minister said.",
                    "start": 0,
                    "end": 41,
                    "support": 0.97,
                    "supported": True,
                    "cited": True,
                },
                {
                    "text": "An earlier count was nine.",
                    "start": 46,
                    "end": 72,
                    "support": 0.31,
                    "supported": False,
                    "cited": True,
                },
            ],
            "citations": [
                {"n": 1, "sentence": 0, "support": 0.97, "supported": True},
                {"n": 2, "sentence": 1, "support": 0.31, "supported": False},
            ],
            "quotes": [{"n": 1, "true": True}, {"n": 2, "true": False}],
        },
        "quotes": [
            {
                "n": 1,
                "before": "The ministry gave a first figure.\n\n",
                "quote": QUOTED,
                "after": " Rescue went on through the night.",
                "title": "Ministry statement",
                "place": "line 3",
            },
            {
                "n": 2,
                "before": "",
                "quote": "killing at least nine people",
                "after": " and injuring about 60, the fire service said.",
                "title": "First report",
                "place": "p. 2",
            },
        ],
    }
    if outcome == "refused":
        refusal = {"reason": "only_related", "message": "The documents come near, no more."}
        made.update(
            answer={"text": "", "declined": refusal}, checks=None, quotes=[], scores={"f1": 0.0}
        )
    if outcome == "failed":
        made.update(answer=None, checks=None, quotes=[], error="no answer within 30 s")
        made["scores"] = {"f1": 0.0, "exact_match": 0.0}
    return {**made, **more}


def records(count=200):
    """Return lines of a run in which some rows are refused and three fail."""
    return [
        record(n, "failed" if n in (17, 18, 19) else "refused" if n % 5 == 4 else "answered")
        for n in range(count)
    ]


def retrieved(n=1, **more):
    """Return a line of a run that measures a retriever."""
    hits = [
        {"source": f"doc-{at}", "score": 20.5 - at, "start": at * 100, "end": at * 100 + 80}
        for at in range(30)
    ]
    made = {
        "id": f"q{n}",
        "outcome": "answered",
        "error": "",
        "seconds": 0.01,
        "scores": {"ndcg@10": 0.31, "recall@100": 0.5},
        "row": {
            "id": f"q{n}",
            "question": "Do statins cause breast cancer?",
            "relevance": {"doc-0": 2, "doc-3": 1, "doc-4": 0, "doc-999": 1},
        },
        "answer": None,
        "hits": hits,
        "verdict": None,
        "checks": None,
        "quotes": [],
    }
    return {**made, **more}


CLAIM = "\U0001f600 Ships sailed on Monday. Twelve sank."
"""Its first character is one code point, and two units of a browser's strings."""


def judged(n=1, agrees=True, **more):
    """Return a line of a run that measures a verifier; people marked "Twelve"."""
    made = {
        "id": f"claim-{n}",
        "outcome": "answered",
        "error": "",
        "seconds": 0.02,
        "scores": {},
        "row": {
            "id": f"claim-{n}",
            "text": CLAIM,
            "sources": [{"id": "s1", "title": "Harbour log", "text": "Ships sailed on Monday."}],
            "supported": False,
            "unsupported": [[26, 32]],
            "question": "When did the ships sail?",
            "label": "Evident Baseless Info",
            "tags": ["gpt"],
        },
        "answer": None,
        "hits": None,
        "verdict": {
            "support": 0.21 if agrees else 0.83,
            "supported": not agrees,
            "sentences": [
                {"start": 0, "end": 25, "verdict": "supported", "support": 0.95, "problems": []},
                {
                    "start": 26,
                    "end": 38,
                    "verdict": "unsupported",
                    "support": 0.21,
                    "problems": ["the number 12 is in no source"],
                },
            ],
        },
        "checks": None,
        "quotes": [],
    }
    return {**made, **more}
