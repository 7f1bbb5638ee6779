"""The JSON contract of an answer, written down apart from the code that makes it."""

NUMBER = (int, float)
TEXT_OR_NONE = (str, type(None))
NUMBER_OR_NONE = (int, float, type(None))

# The contract as it was first published. A field may be added to the code; none here may go.
ANSWER = {
    "id": str, "contract": int, "library_seq": int, "settings_hash": str, "question": str,
    "standalone_question": str, "filters": dict, "text": str, "marks": list, "complete": bool,
    "declined": (dict, type(None)), "answers": list, "sentences": list, "citations": list,
    "accounts": list, "coverage": dict, "warnings": list, "writer": str, "timing_ms": dict,
}  # fmt: skip
MARK = {"start": int, "end": int, "n": int}
DECLINED = {"reason": str, "message": str, "nearest": list}
BARE = {"text": str, "probability": NUMBER, "citations": list}
SENTENCE = {
    "text": str, "start": int, "end": int, "status": str, "verdict": str, "citations": list,
}  # fmt: skip
SUPPORT = {"n": int, "support": NUMBER}
CITATION = {
    "n": int, "document_id": str, "text_sha256": str, "passage_id": str,
    "external_id": TEXT_OR_NONE, "title": str, "source": str, "publisher": TEXT_OR_NONE,
    "published": TEXT_OR_NONE, "place": str, "page": (int, type(None)),
    "page_label": TEXT_OR_NONE, "start": int, "end": int, "quote": str, "prefix": str,
    "suffix": str, "retrieval_score": NUMBER,
}  # fmt: skip
ACCOUNT = {
    "quantity": str, "value": str, "number": NUMBER_OR_NONE, "low": NUMBER_OR_NONE,
    "high": NUMBER_OR_NONE, "unit": str, "hedge": str, "claimant": str, "stance": str,
    "event_date": TEXT_OR_NONE, "stated": TEXT_OR_NONE, "relation": str,
    "independent_sources": int, "relays": list, "citations": list,
}  # fmt: skip
COVERAGE = {
    "documents": int, "unread": int, "searched": int, "mentioning": int, "cited": int,
    "published_from": TEXT_OR_NONE, "published_to": TEXT_OR_NONE,
}  # fmt: skip
WARNING = {"code": str, "message": str}
# What has been added since: these, and nothing that is not written down here.
ADDED = {
    "answer": {"thinking"},
    "answers": {"items"},
    "sentences": {"kind", "problems", "label", "emphasis", "shortened"},
    "citations": {"flags", "also_in", "hidden"},
    "accounts": {"hidden", "flags"},
    "coverage": {"embedded"},
}


def conforms(value, shape, added=()):
    assert set(value) == set(shape) | set(added)
    for name, kind in shape.items():
        assert isinstance(value[name], kind), (name, value[name])
        assert kind is int or not isinstance(value[name], bool) or kind is bool, name


def assert_contract(found):
    """The whole of an answer's JSON has the fields and kinds of the contract."""
    conforms(found, ANSWER, ADDED["answer"])
    assert found["contract"] == 1
    for mark in found["marks"]:
        conforms(mark, MARK)
        assert found["text"][mark["start"] : mark["end"]] == f"[{mark['n']}]"
    if found["declined"] is not None:
        conforms(found["declined"], DECLINED)
        reasons = ("nothing_found", "only_related", "not_supported", "contradicted")
        assert found["declined"]["reason"] in reasons
    for bare in found["answers"]:
        conforms(bare, BARE, ADDED["answers"])
        assert 0 <= bare["probability"] <= 1
    for sentence in found["sentences"]:
        conforms(sentence, SENTENCE, ADDED["sentences"])
        assert sentence["status"] in ("kept", "marked", "removed")
        assert sentence["verdict"] in ("supported", "partial", "unsupported", "contradicted")
        assert all(
            0 <= one["start"] < one["end"] <= len(sentence["text"]) for one in sentence["emphasis"]
        )
        for mark in sentence["citations"]:
            conforms(mark, SUPPORT)
            assert 0 <= mark["support"] <= 1
    for n, citation in enumerate(found["citations"], start=1):
        conforms(citation, CITATION, ADDED["citations"])
        assert citation["n"] == n
    for account in found["accounts"]:
        conforms(account, ACCOUNT, ADDED["accounts"])
        relations = ("agrees", "update", "disagrees", "other_quantity", "part_of")
        assert account["relation"] in relations
    conforms(found["coverage"], COVERAGE, ADDED["coverage"])
    for warning in found["warnings"]:
        conforms(warning, WARNING)
    known = range(1, len(found["citations"]) + 1)
    named = [n for one in (*found["answers"], *found["accounts"]) for n in one["citations"]]
    named += [mark["n"] for one in found["sentences"] for mark in one["citations"]]
    named += (found["declined"] or {}).get("nearest", [])
    assert set(named) <= set(known)
