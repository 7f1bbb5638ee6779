"""An answer for a terminal: wrapped text, no colour unless asked, nothing a document can escape.

Every piece of text passes ``ui.terminal.printable``; the only escape sequences are our own.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from rag.stale import AnswerCheck
from rag.types import Answer, Citation, Hit, Place, Sentence, SentenceRemoved, Step
from ui.render_state import (
    above_lines,
    other_warnings,
    removed_line,
    removed_words,
    stale_line,
    writer_line,
)
from ui.render_words import (
    REFUSALS,
    VERDICTS,
    account_notes,
    account_value,
    accounts_line,
    columns_note,
    copies_line,
    count,
    coverage_line,
    cut_of,
    day,
    flag_notes,
    hidden_note,
    label_of,
    listed_already,
    shown_accounts,
    source_line,
)
from ui.terminal import one_line, printable

WIDTH = 88
_BOLD, _DIM, _YELLOW, _CYAN = "1", "2", "33", "36"


def _painted(text: str, style: str, color: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if color and text else text


def _wrapped(text: str, width: int, indent: str = "", first: str | None = None) -> str:
    lines = [
        textwrap.fill(
            printable(line).replace("\t", " "),
            width,
            initial_indent=indent if first is None or n else first,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
        for n, line in enumerate(text.splitlines() or [""])
    ]
    return "\n".join(lines)


def step_terminal(step: Step, *, color: bool = False) -> str:
    """Return a step of the flow as one quiet line."""
    return _painted(one_line(step.message), _DIM, color)


def sentence_terminal(sentence: Sentence, *, color: bool = False, width: int = WIDTH) -> str:
    """Return a verified sentence with its marks, and a warning line when it was marked."""
    marks = "".join(f" [{mark.n}]" for mark in sentence.citations)
    bullet = "  - " if sentence.kind == "account" else ""
    text = " ".join(sentence.text.split())  # a PDF's sentence holds its line breaks
    said = f"{label_of(sentence)}{text}{cut_of(sentence)}{marks}"
    shown = _wrapped(said, width, "    " if bullet else "", bullet or None)
    if color:
        shown = _bold_answer(shown, sentence)
    if sentence.status == "marked":
        why = "; ".join(sentence.problems) or VERDICTS[sentence.verdict]
        shown += "\n" + _painted(_wrapped(why, width, "    ", "  ! "), _YELLOW, color)
    return shown


def _bold_answer(shown: str, sentence: Sentence) -> str:
    """Return wrapped lines with the bare answer in bold, wherever its words were broken."""
    for start, end in reversed(sentence.emphasis):
        words = sentence.text[start:end].split()
        before = len(f"{label_of(sentence)}{sentence.text[:start]}".split())
        pattern = r"\s+".join(re.escape(printable(word)) for word in words)
        pieces = [match.start() for match in re.finditer(r"\S+", shown)]
        offset = 1 if sentence.kind == "account" else 0  # the bullet
        if not words or before + offset >= len(pieces):
            continue
        at = pieces[max(0, before + offset - 1)]
        if match := re.compile(pattern).search(shown, at):
            lines = "\n".join(_painted(line, _BOLD, True) for line in match.group().split("\n"))
            shown = shown[: match.start()] + lines + shown[match.end() :]
    return shown


def removed_terminal(removed: SentenceRemoved, *, color: bool = False) -> str:
    """Return that a drafted sentence was taken out, and why."""
    why = "; ".join(removed.problems) or "no source says this"
    return _painted(f"  ({one_line(f'removed: {removed.text} ({why})')})", _DIM, color)


def answer_terminal(
    answer: Answer,
    *,
    color: bool = False,
    width: int = WIDTH,
    check: AnswerCheck | None = None,
) -> str:
    """Return a whole answer: sentences, accounts, sources, warnings and coverage.

    ``check`` says what became of its quotations since, where that was looked up.
    """
    stale = stale_line(check)
    above = [_painted(_wrapped(stale, width, "  ", "! "), _YELLOW, color)] if stale else []
    head = "\n".join(above) + "\n\n" if above else ""
    return head + _answer(answer, color, width, check)


def _answer(answer: Answer, color: bool, width: int, check: AnswerCheck | None) -> str:
    shown = [
        sentence_terminal(sentence, color=color, width=width)
        for sentence in answer.sentences
        if sentence.status != "removed"
    ]
    body = "\n".join(shown) + "\n\n" if shown and answer.declined is None else ""
    return body + answer_tail_terminal(answer, color=color, width=width, check=check)


def answer_tail_terminal(
    answer: Answer,
    *,
    color: bool = False,
    width: int = WIDTH,
    check: AnswerCheck | None = None,
) -> str:
    """Return what stands below the sentences; for a refusal that is everything.

    Sentences are shown while they come, so what changes how all of them are read stands here, at
    the end, where a reader of a terminal is.
    """
    blocks = [
        "\n".join(
            _painted(_wrapped(words, width, "  ", "! "), _YELLOW, color)
            for words in above_lines(answer)
        )
    ]
    if answer.standalone_question.strip() != answer.question.strip():
        understood = f"Understood as: {answer.standalone_question}"
        blocks.append(_painted(_wrapped(understood, width), _DIM, color))
    if answer.declined is not None:
        heading = REFUSALS[answer.declined.reason] + "."
        blocks.append(
            _painted(_wrapped(heading, width), _BOLD, color)
            + "\n"
            + _wrapped(answer.declined.message, width)
        )
    blocks.append(_accounts(answer, color, width))
    blocks.append(_removed(answer, color, width))
    blocks.append(_sources(answer, color, width, check))
    warnings = [
        _painted(_wrapped(words, width, "  ", "! "), _YELLOW, color)
        for words in other_warnings(answer, said=("sentences_removed",))
    ]
    blocks.append("\n".join(warnings))
    foot = [line for line in (writer_line(answer), coverage_line(answer.coverage)) if line]
    blocks.append("\n".join(_painted(_wrapped(line, width), _DIM, color) for line in foot))
    return "\n\n".join(block for block in blocks if block)


def _accounts(answer: Answer, color: bool, width: int) -> str:
    accounts = shown_accounts(answer)
    if not accounts:
        return ""
    lines = [_painted(_wrapped(accounts_line(accounts), width), _BOLD, color)]
    for found in () if listed_already(answer) else accounts:
        account = found.account
        marks = "".join(f" [{n}]" for n in found.citations)
        stated = day(account.stated)
        notes = "; ".join(account_notes(account))
        who = ", ".join(part for part in (account.claimant, stated) if part)
        head = f"{account_value(account)} — {who}{f' ({notes})' if notes else ''}{marks}"
        lines.append(_wrapped(head, width, "    ", "  * "))
    return "\n".join(lines)


def _removed(answer: Answer, color: bool, width: int) -> str:
    removed = removed_words(answer)
    if not removed:
        return ""
    lines = [f"{removed_line(len(removed))}:"]
    for one in removed:
        why = "; ".join(one.problems)
        words = f"{' '.join(one.text.split())}{f' ({why})' if why else ''}"
        lines.append(_wrapped(words, width, "    ", "  - "))
    return _painted("\n".join(lines), _DIM, color)


def _sources(answer: Answer, color: bool, width: int, check: AnswerCheck | None) -> str:
    declined = answer.declined
    numbers = declined.nearest if declined else range(1, len(answer.citations) + 1)
    if not numbers:
        return ""
    lines = [_painted("Nearest passages" if declined else "Sources", _BOLD, color)]
    checks = {quote.n: quote for quote in check.quotes} if check is not None else {}
    for n in numbers:
        place = answer.places[n - 1] if n <= len(answer.places) else Place("")
        lines += _source(n, answer.citations[n - 1], place, color, width)
        if (quote := checks.get(n)) is not None and quote.state != "current":
            said = f"{quote.state.capitalize()}: {quote.message}"
            lines.append(_painted(_wrapped(said, width, "     ", "   ! "), _YELLOW, color))
    return "\n".join(lines)


def _source(n: int, citation: Citation, place: Place, color: bool, width: int) -> list[str]:
    document = citation.document
    mark = f"[{n}]".rjust(4) + " "
    indent = " " * len(mark)
    title = one_line(document.title or document.source)
    lines = [_wrapped(title, width, indent, mark)]
    about = source_line(document, place.label)
    if about:
        lines.append(_painted(_wrapped(about, width, indent), _CYAN, color))
    lines.append(_wrapped("“" + " ".join(citation.quote.split()) + "”", width, indent))
    if hidden := hidden_note(place):
        lines.append(_painted(_wrapped(hidden, width, "     ", "   ! "), _YELLOW, color))
    for note in (columns_note(citation), copies_line(citation), *flag_notes(document, place)):
        if note:
            lines.append(_painted(_wrapped(note, width, indent), _DIM, color))
    return lines


def check_terminal(
    answer: Answer, check: AnswerCheck, *, color: bool = False, width: int = WIDTH
) -> str:
    """Return what became of an answer's quotations: one line each, below its question."""
    head = _painted(_wrapped(answer.question, width), _BOLD, color)
    lines = [head, _wrapped(stale_line(check) or _all_stand(len(check.quotes)), width)]
    for quote, citation in zip(check.quotes, answer.citations, strict=True):
        title = one_line(citation.document.title or citation.document.source, 60)
        said = f"{quote.state}: {title}" + (f". {quote.message}" if quote.message else "")
        line = _wrapped(said, width, "     ", f"[{quote.n}]".rjust(4) + " ")
        lines.append(line if quote.state == "current" else _painted(line, _YELLOW, color))
    return "\n".join(lines)


def _all_stand(number: int) -> str:
    if not number:
        return "It quotes nothing."
    return (
        f"{'The quotation stands' if number == 1 else f'All {number} quotations stand'} as quoted."
    )


def hits_terminal(hits: Sequence[Hit], *, color: bool = False, width: int = WIDTH) -> str:
    """Return passages that were found, best first, with score and source."""
    if not hits:
        return "No passage was found."
    blocks: list[str] = []
    for n, hit in enumerate(hits, start=1):
        head = f"{n}. {one_line(hit.document.title or hit.document.source)}"
        about = source_line(hit.document, hit.place.label if hit.place else "")
        lines = [_painted(_wrapped(head, width), _BOLD, color)]
        if about:
            lines.append(_painted(_wrapped(about, width, "   "), _CYAN, color))
        if hit.passage.context:
            lines.append(
                _painted(_wrapped(one_line(hit.passage.context), width, "   "), _DIM, color)
            )
        lines.append(_wrapped(" ".join(hit.passage.text.split()), width, "   "))
        if hidden := hidden_note(hit.place or Place("", hidden=hit.hidden)):
            lines.append(_painted(_wrapped(hidden, width, "   ", " ! "), _YELLOW, color))
        if hit.copies:
            also = f"The same text stands in {count(len(hit.copies), 'other document')}."
            lines.append(_painted(_wrapped(also, width, "   "), _DIM, color))
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
