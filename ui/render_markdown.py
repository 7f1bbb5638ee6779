"""An answer as Markdown that carries its evidence: for export, not for the chat.

Every character of a document that Markdown could read as markup is escaped, so that no quote turns
into a link, an image or HTML wherever the file is opened.
"""

from __future__ import annotations

import re

from rag.types import Answer, Citation, Place
from ui.render_words import (
    REFUSALS,
    VERDICTS,
    account_notes,
    account_value,
    accounts_line,
    copies_line,
    coverage_line,
    day,
    filters_words,
    flag_notes,
    listed_already,
    shown_accounts,
    source_line,
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


def answer_markdown(answer: Answer) -> str:
    """Return the answer with question, accounts, every quote with its source, and coverage."""
    blocks = [f"# {escape_markdown(answer.question)}"]
    if answer.standalone_question != answer.question:
        blocks.append(f"Understood as: {escape_markdown(answer.standalone_question)}")
    if answer.filters:
        words = [escape_markdown(word) for word in filters_words(answer.filters)]
        blocks.append(f"Searched only: {', '.join(words)}")
    if answer.declined is not None:
        blocks.append(f"**{REFUSALS[answer.declined.reason]}.**")
        blocks.append(escape_markdown(answer.declined.message))
    blocks += _sentences(answer)
    blocks += _accounts(answer)
    blocks += _sources(answer)
    blocks += [f"> Note: {escape_markdown(warning.message)}" for warning in answer.warnings]
    blocks.append(f"*{coverage_line(answer.coverage)}*")
    blocks.append(
        f"Answer `{_code(answer.id)}`, written by {escape_markdown(answer.writer)},"
        f" library at change {answer.library_seq}."
    )
    return "\n\n".join(block for block in blocks if block) + "\n"


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
        note = f" *({VERDICTS[sentence.verdict]})*" if sentence.verdict != "supported" else ""
        bullet = "- " if sentence.kind == "account" else ""
        found.append(f"{bullet}{escape_markdown(sentence.text)}{marks}{note}")
    return found


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


def _sources(answer: Answer) -> list[str]:
    declined = answer.declined
    numbers = declined.nearest if declined else range(1, len(answer.citations) + 1)
    if not numbers:
        return []
    found = ["## Nearest passages" if declined else "## Sources"]
    for n in numbers:
        place = answer.places[n - 1] if n <= len(answer.places) else Place("")
        found.append(_source(n, answer.citations[n - 1], place))
    return found


def _source(n: int, citation: Citation, place: Place) -> str:
    document = citation.document
    title = escape_markdown(document.title or document.source)
    lines = [f"**\\[{n}\\] {title}**"]
    about = source_line(document, place.label)
    if about:
        lines.append(escape_markdown(about))
    lines.append(f"> {escape_markdown(citation.quote)}")
    notes = [note for note in (copies_line(citation), *flag_notes(document)) if note]
    lines += [escape_markdown(note) for note in notes]
    lines.append(
        f"{escape_markdown(document.source)}, characters {citation.start} to {citation.end},"
        f" text sha256 `{_code(document.text_sha256)}`"
    )
    return "\n\n".join(lines)
