"""The fields of a case in our JSONL format: read with every fault named by its path, and written.

``{"id", "question", "history", "filters", "expect", "accounts", "declined", "answerable",
"sources", "spans", "tags", "group", "draft"}``, of which ``id`` and ``question`` must be there.
Pure functions; ``eval.case_file`` reads and checks whole files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from eval.case_faults import Faults, Issue, shown
from eval.cases import Case, Expect, GoldAccount, GoldSpan
from rag.contract import check_question, filters_from_json, filters_to_json
from rag.errors import BadRequest
from rag.types import Filters, Reason, Relation, Turn

FIELDS: tuple[str, ...] = ("id", "question", "history", "filters", "expect", "accounts", "declined")
FIELDS += ("answerable", "sources", "spans", "tags", "group", "draft")
EXPECT_FIELDS: tuple[str, ...] = ("all", "any", "values", "min_values", "answers", "wrong", "text")
EXPECT_FIELDS += ("accounts", "declined")
ACCOUNT_FIELDS: tuple[str, ...] = ("value", "quantity", "claimant", "relation", "sources")
SPAN_FIELDS: tuple[str, ...] = ("source", "start", "end")
TURN_FIELDS: tuple[str, ...] = ("role", "content", "answer")
REASONS: tuple[str, ...] = get_args(Reason)
RELATIONS: tuple[str, ...] = get_args(Relation)

_LONGEST_QUESTION = 4000


@dataclass(frozen=True, slots=True)
class ParsedCase:
    """A case as far as it could be read, with what is wrong and what is doubtful about it."""

    case: Case
    errors: tuple[Issue, ...] = ()
    warnings: tuple[Issue, ...] = ()


def parse_case(value: object, line: int = 0) -> ParsedCase:
    """Return the case of a JSON value as far as it can be read, and every fault of it.

    >>> parsed = parse_case({"id": "a", "question": "How many?", "expect": {"values": ["9", 7]}})
    >>> parsed.errors[0].message
    'expect.values[1] must be a string, not 7.'
    """
    faults = Faults(line)
    if not isinstance(value, Mapping):
        faults.error(
            "",
            f"A line must be an object, not {shown(value)}.",
            "Write one case a line, without brackets round the file or commas between lines.",
        )
        return ParsedCase(Case("", "", answerable=True), tuple(faults.errors))
    faults.known(value, FIELDS, "")
    expect = _expect(faults, value)
    case_id = _needed(faults, value, "id")
    answerable = _answerable(faults, value, expect.declined)
    group = faults.text(value["group"], "group") if value.get("group") is not None else ""
    case = Case(
        id=case_id,
        question=_question(faults, value),
        history=_history(faults, value.get("history")),
        filters=_filters(faults, value.get("filters")),
        expect=expect,
        answerable=answerable,
        sources=faults.texts(value.get("sources"), "sources"),
        spans=_spans(faults, value.get("spans")),
        tags=faults.texts(value.get("tags"), "tags"),
        group=group or case_id,
        draft=faults.flag(value.get("draft", False), "draft"),
    )
    if not faults.errors:
        _sense(faults, case)
    if case.draft:
        faults.warn("draft", "The case is a draft.", "Edit it, then take out the field draft.")
    return ParsedCase(case, tuple(faults.errors), tuple(faults.warnings))


def case_from_json(value: object) -> Case:
    """Return the case of a JSON value.

    >>> case_from_json({"id": "a", "question": "Who died?", "declined": "nothing_found"}).answerable
    False

    Raises:
        BadRequest: the value is no case; the message names every fault.
    """
    parsed = parse_case(value)
    if parsed.errors:
        raise BadRequest(problem_of(parsed.errors), parsed.errors[0].hint)
    return parsed.case


def problem_of(errors: Sequence[Issue]) -> str:
    """Return what is wrong with a case in one line."""
    return " ".join(error.message for error in errors)


def case_to_json(case: Case) -> dict[str, Any]:
    """Return a case as it stands in a file; ``case_from_json`` gives the same case back.

    What only suites of published data have (``relevance``, ``scope``) is not part of the format.

    >>> case_to_json(Case("a", "Who?", expect=Expect(any=("Ilse",)), answerable=True, group="a"))
    {'id': 'a', 'question': 'Who?', 'expect': {'any': ['Ilse']}, 'answerable': True}
    """
    expect = case.expect
    held: dict[str, Any] = {
        name: list(getattr(expect, name)) for name in ("all", "any", "values", "answers", "wrong")
    }
    held["text"] = expect.text
    asked = {name: held[name] for name in EXPECT_FIELDS if held.get(name)}
    if expect.min_values is not None:
        asked["min_values"] = expect.min_values
    history = [{"role": turn.role, "content": turn.content} for turn in case.history]
    for turn, written in zip(case.history, history, strict=True):
        if turn.answer is not None:
            written["answer"] = dict(turn.answer)  # type: ignore[assignment]
    found: dict[str, Any] = {
        "id": case.id,
        "question": case.question,
        "history": history,
        "filters": filters_to_json(case.filters),
        "expect": asked,
        "accounts": [_account_to_json(account) for account in expect.accounts],
        "declined": expect.declined,
        "answerable": case.answerable,
        "sources": list(case.sources),
        "spans": [{"source": s.source, "start": s.start, "end": s.end} for s in case.spans],
        "tags": list(case.tags),
        "group": "" if case.group == case.id else case.group,
        "draft": case.draft,
    }
    return {name: one for name, one in found.items() if one or name == "answerable"}


def _account_to_json(account: GoldAccount) -> dict[str, Any]:
    written = {name: getattr(account, name) for name in ACCOUNT_FIELDS if getattr(account, name)}
    if account.sources:
        written["sources"] = list(account.sources)
    return written


def _needed(faults: Faults, value: Mapping[str, Any], name: str) -> str:
    if name in value:
        return faults.text(value[name], name)
    faults.error(name, f"The case has no {name}.", f'Give it one: "{name}": "...".')
    return ""


def _question(faults: Faults, value: Mapping[str, Any]) -> str:
    text = _needed(faults, value, "question")
    if text:
        _within(faults, "question", lambda: check_question(text, _LONGEST_QUESTION))
    return text


def _within(faults: Faults, path: str, check: Callable[[], object]) -> None:
    """Run a check of the product's, and report what it refuses."""
    try:
        check()
    except BadRequest as error:
        faults.error(path, error.message, error.hint)


def _history(faults: Faults, value: object) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for n, item in enumerate(faults.items(value, "history")):
        path = f"history[{n}]"
        turn = faults.mapping(item, path)
        faults.known(turn, TURN_FIELDS, path)
        role = faults.choice(turn.get("role"), f"{path}.role", ("user", "assistant"))
        content = faults.text(turn.get("content"), f"{path}.content")
        answer = turn.get("answer")
        if answer is not None:
            answer = faults.mapping(answer, f"{path}.answer")
        due = "assistant" if n % 2 else "user"
        if role and role != due:
            faults.error(
                f"{path}.role",
                f"{path} is of the {role} where the {due} should speak.",
                "Turns alternate, the user's first; the question itself is not part of history.",
            )
        turns.append(Turn("user" if role == "user" else "assistant", content, answer))
    if len(turns) % 2:
        faults.error(
            "history",
            "history ends with the user's turn, and the question follows it.",
            "Add the assistant's answer to that turn, or take the turn out.",
        )
    return tuple(turns)


def _filters(faults: Faults, value: object) -> Filters:
    given = faults.mapping(value, "filters")
    try:
        return filters_from_json(given)
    except BadRequest as error:
        faults.error("filters", error.message, error.hint)
    return Filters()


def _expect(faults: Faults, value: Mapping[str, Any]) -> Expect:
    given = faults.mapping(value.get("expect"), "expect")
    faults.known(given, EXPECT_FIELDS, "expect")
    values = faults.patterns(given.get("values"), "expect.values")
    least = given.get("min_values")
    if least is not None:
        least = faults.count(least, "expect.min_values")
        if least is not None and least > len(given.get("values") or ()):
            faults.error(
                "expect.min_values",
                f"expect.min_values is {least}, and there are {len(values)} values.",
                "Ask for no more than there are, or leave it out to ask for every one.",
            )
        if least == 0 and values:
            faults.warn("expect.min_values", "expect.min_values is 0: no value is needed.")
    accounts, path = _either(faults, value, given, "accounts")
    declined, declined_path = _either(faults, value, given, "declined")
    text = given.get("text")
    return Expect(
        all=faults.patterns(given.get("all"), "expect.all"),
        any=faults.patterns(given.get("any"), "expect.any"),
        values=values,
        min_values=least,
        answers=faults.texts(given.get("answers"), "expect.answers"),
        wrong=faults.patterns(given.get("wrong"), "expect.wrong"),
        text=faults.text(text, "expect.text", empty=True) if text is not None else "",
        accounts=_accounts(faults, accounts, path),
        declined=(declined is not None and faults.choice(declined, declined_path, REASONS)) or None,
    )


def _either(
    faults: Faults, value: Mapping[str, Any], expect: Mapping[str, Any], name: str
) -> tuple[object, str]:
    """Return a field that may stand at the top or inside expect, with its path."""
    top, inner = value.get(name), expect.get(name)
    if top is not None and inner is not None:
        faults.error(name, f"{name} stands both at the top and in expect.", "Keep one of them.")
    return (inner, f"expect.{name}") if top is None and inner is not None else (top, name)


def _accounts(faults: Faults, value: object, path: str) -> tuple[GoldAccount, ...]:
    found: list[GoldAccount] = []
    for n, item in enumerate(faults.items(value, path)):
        where = f"{path}[{n}]"
        given = faults.mapping(item, where)
        faults.known(given, ACCOUNT_FIELDS, where)
        text = {
            name: faults.text(given[name], f"{where}.{name}", empty=True)
            for name in ("quantity", "claimant")
            if given.get(name) is not None
        }
        relation = given.get("relation")
        found.append(
            GoldAccount(
                value=faults.text(given.get("value"), f"{where}.value"),
                relation=faults.choice(relation, f"{where}.relation", RELATIONS)
                if relation is not None
                else "",
                sources=faults.texts(given.get("sources"), f"{where}.sources"),
                **text,
            )
        )
    return tuple(found)


def _spans(faults: Faults, value: object) -> tuple[GoldSpan, ...]:
    found: list[GoldSpan] = []
    for n, item in enumerate(faults.items(value, "spans")):
        path = f"spans[{n}]"
        given = faults.mapping(item, path)
        faults.known(given, SPAN_FIELDS, path)
        source = faults.text(given.get("source"), f"{path}.source")
        start = faults.count(given.get("start"), f"{path}.start")
        end = faults.count(given.get("end"), f"{path}.end")
        if start is None or end is None:
            continue
        if start >= end:
            faults.error(
                path,
                f"{path} starts at {start} and ends at {end}.",
                "Count characters from 0; the end is that of the first character after it.",
            )
        found.append(GoldSpan(source, start, end))
    return tuple(found)


def _answerable(faults: Faults, value: Mapping[str, Any], declined: str | None) -> bool | None:
    if "answerable" not in value:
        return declined is None
    given = value["answerable"]
    return None if given is None else faults.flag(given, "answerable")


def _sense(faults: Faults, case: Case) -> None:
    """Report what contradicts itself in a case whose fields are all well formed."""
    expect = case.expect
    gold = bool(expect) or bool(expect.accounts)
    if case.answerable and not (gold or case.sources or case.spans):
        faults.error(
            "expect",
            "Nothing says what a right answer is.",
            "Give expect or sources, or set answerable to false if a refusal is right.",
        )
    if case.answerable is False and gold:
        faults.error(
            "answerable",
            "answerable is false, and yet expect says what an answer holds.",
            "Take expect out, or set answerable to true.",
        )
    if case.answerable and expect.declined:
        faults.error(
            "declined",
            f"declined names {expect.declined!r} as the reason of a refusal, and yet answerable "
            "is true.",
            "Take one of the two out.",
        )
