"""An answer as Markdown that carries its evidence: for export, not for the chat.

Every character of a document that Markdown could read as markup is escaped, so that no quote turns
into a link, an image or HTML wherever the file is opened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.stale import AnswerCheck, QuoteCheck
from rag.types import Answer, Citation, Place, Sentence
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
    coverage_line,
    cut_of,
    day,
    filters_words,
    flag_notes,
    hidden_note,
    is_hidden,
    label_of,
    listed_already,
    shown_accounts,
    source_line,
    stretches,
)
from ui.terminal import printable

# What CommonMark and the common extensions read as markup, and may stand behind a backslash.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~$&:@=^/])")
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])")


def escape_markdown(text: str) -> str:
    r"""Return one line of text that Markdown shows to the character.

    >>> escape_markdown("see ![x](http://a)")
    'see \\!\\[x\\]\\(http\\:\\/\\/a\\)'
    """
    line = " ".join(printable(text).split())
    line = _MARKUP.sub(r"\\\1", line)
    line = re.sub(r"(?i)\bwww\.", r"www\\.", line)
    return _NUMBERED.sub(r"\1\\\2", line)


def answer_markdown(answer: Answer, check: AnswerCheck | None = None, level: int = 1) -> str:
    """Return the answer with question, accounts, every quote with its source, and coverage.

    Args:
        answer: What is written.
        check: What became of its quotations since, where that was looked up.
        level: Of the heading that the question is.
    """
    blocks = [f"{'#' * level} {escape_markdown(answer.question)}"]
    if answer.standalone_question.strip() != answer.question.strip():
        blocks.append(f"Understood as: {escape_markdown(answer.standalone_question)}")
    if answer.filters:
        words = [escape_markdown(word) for word in filters_words(answer.filters)]
        blocks.append(f"Searched only: {', '.join(words)}")
    if stale := stale_line(check):
        blocks.append(f"> **{escape_markdown(stale)}**")
    blocks += [f"> **{escape_markdown(words)}**" for words in above_lines(answer)]
    if answer.declined is not None:
        blocks.append(f"**{REFUSALS[answer.declined.reason]}.**")
        blocks.append(escape_markdown(answer.declined.message))
    blocks += _sentences(answer)
    blocks += _accounts(answer)
    blocks += _removed(answer)
    blocks += _sources(answer, check, level + 1)
    others = other_warnings(answer, said=("sentences_removed",))
    blocks += [f"> Note: {escape_markdown(words)}" for words in others]
    blocks += _thinking(answer)
    blocks.append(f"*{coverage_line(answer.coverage)}*")
    written = writer_line(answer) or f"Written by {answer.writer}."
    blocks.append(
        f"{escape_markdown(written)} Answer `{_code(answer.id)}`, library at change"
        f" {answer.library_seq}."
    )
    return "\n\n".join(block for block in blocks if block) + "\n"


def conversation_markdown(
    title: str,
    turns: Sequence[tuple[str, Answer | None, AnswerCheck | None, Sequence[str]]],
    exported: str,
) -> str:
    """Return a whole conversation with its evidence.

    Args:
        title: Its first question.
        turns: Each question with its answer, what became of the quotations, and where there is no
            answer, why, in lines.
        exported: When, ISO 8601.
    """
    blocks = [f"# {escape_markdown(title)}", f"Conversation with Vouch, exported {exported}."]
    for question, answer, check, why in turns:
        if answer is not None:
            blocks.append(answer_markdown(answer, check, 2).rstrip())
        else:
            blocks.append(f"## {escape_markdown(question)}")
            blocks += [f"> {escape_markdown(line)}" for line in why]
    return "\n\n".join(blocks) + "\n"


def _removed(answer: Answer) -> list[str]:
    removed = removed_words(answer)
    if not removed:
        return []
    rows = [
        f"- ~~{escape_markdown(one.text)}~~"
        f" {escape_markdown('; '.join(one.problems) or 'no source says this')}"
        for one in removed
    ]
    return [f"{removed_line(len(removed))}:", "\n".join(rows)]


def _thinking(answer: Answer) -> list[str]:
    if not answer.thinking.strip():
        return []
    told = "What the model thought, not checked and no part of the answer:"
    lines = [line for line in answer.thinking.splitlines() if line.strip()]
    return [told, "\n>\n".join(f"> {escape_markdown(line)}" for line in lines)]


def _code(text: str) -> str:
    return re.sub(r"[^\w.-]", "", text) or "-"


def _sentences(answer: Answer) -> list[str]:
    if answer.declined is not None:
        return []
    found: list[str] = []
    for sentence in answer.sentences:
        if sentence.status == "removed":
            continue
        marks = "".join(f" \\[{mark.n}\\]" for mark in sentence.citations)
        note = ""
        if sentence.status == "marked" or sentence.verdict != "supported":
            verdict = () if is_hidden(sentence) else (VERDICTS[sentence.verdict],)
            why = "; ".join((*verdict, *sentence.problems))
            note = f" *({escape_markdown(why)})*"
        bullet = "- " if sentence.kind == "account" else ""
        found.append(f"{bullet}{_words(sentence)}{marks}{note}")
    return found


def _words(sentence: Sentence) -> str:
    """Return a sentence with its label before it and the bare answer in bold."""
    said = ""
    for words, strong in stretches(sentence):
        bare = escape_markdown(words)
        bold = f"**{bare}**" if strong and bare else bare
        before = " " if words[:1].isspace() and said else ""
        after = " " if words[-1:].isspace() else ""
        said += f"{before if bare else ''}{bold}{after if bare else before}"
    return f"{escape_markdown(label_of(sentence))}{' ' if sentence.label else ''}{said.strip()}" + (
        cut_of(sentence)
    )


def _accounts(answer: Answer) -> list[str]:
    accounts = shown_accounts(answer)
    if not accounts:
        return []
    statement = f"**{escape_markdown(accounts_line(accounts))}**"
    if listed_already(answer):
        return [statement]
    rows = ["| value | who | stated | note | source |", "|---|---|---|---|---|"]
    for found in accounts:
        account = found.account
        marks = " ".join(f"\\[{n}\\]" for n in found.citations)
        notes = escape_markdown("; ".join(account_notes(account)))
        value, who = escape_markdown(account_value(account)), escape_markdown(account.claimant)
        rows.append(f"| {value} | {who} | {day(account.stated)} | {notes} | {marks} |")
    return [statement, "\n".join(rows)]


def _sources(answer: Answer, check: AnswerCheck | None, level: int) -> list[str]:
    declined = answer.declined
    numbers = declined.nearest if declined else range(1, len(answer.citations) + 1)
    if not numbers:
        return []
    found = [f"{'#' * level} {'Nearest passages' if declined else 'Sources'}"]
    checks = {quote.n: quote for quote in check.quotes} if check is not None else {}
    for n in numbers:
        place = answer.places[n - 1] if n <= len(answer.places) else Place("")
        found.append(_source(n, answer.citations[n - 1], place, checks.get(n)))
    return found


def _source(n: int, citation: Citation, place: Place, check: QuoteCheck | None) -> str:
    document = citation.document
    title = escape_markdown(document.title or document.source)
    lines = [f"**\\[{n}\\] {title}**"]
    about = source_line(document, place.label)
    if about:
        lines.append(escape_markdown(about))
    if hidden := hidden_note(place):
        lines.append(f"**{escape_markdown(hidden)}**")
    lines.append(f"> {escape_markdown(citation.quote)}")
    if check is not None and check.state != "current":
        lines.append(f"**{check.state.capitalize()}**: {escape_markdown(check.message)}")
    said = (columns_note(citation), copies_line(citation), *flag_notes(document, place))
    notes = [note for note in said if note]
    lines += [escape_markdown(note) for note in notes]
    lines.append(
        f"{escape_markdown(document.source)}, characters {citation.start} to {citation.end},"
        f" text sha256 `{_code(document.text_sha256)}`"
    )
    return "\n\n".join(lines)
