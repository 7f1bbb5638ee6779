"""What Vouch adds to a model's stream: ``python -m eval.bench.stream``.

A stub of a model in a process of its own streams an answer of about 500 tokens at 100 tokens a
second over HTTP. It quotes the passages that it was sent; every fourth sentence names a wrong
passage, so that it has to be cited anew. Each answer is measured beside the bare stream of the same
answer through the same client, in the same run. A sentence's delay is the time from the sending of
its last token, its mark included, to the moment when it may be shown.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import zip_longest
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from eval.bench.corpus import EXAMPLES
from eval.bench.parts import _p95
from eval.bench.table import Row, terminal

TOKENS, TOKENS_A_SECOND = 500, 100.0
SHOWN_SECONDS, OVER_BARE = 0.150, 1.10
"""The aims: a sentence is shown this soon (p95), and the whole takes at most this many times."""
QUESTIONS = (
    "What is known about the explosion at the Corran fertiliser works?",
    "What did officials, the company and the union say about the explosion in Larkhaven?",
    "Summarise what the reports say about the deaths at the Corran works.",
)
_PASSAGE = re.compile(r'<passage tag="(\w+)"[^>]*>\n(.*?)\n</passage \1>', re.DOTALL)
_SENTENCE = re.compile(r"[A-Z][^.!?\n\"\u201c\u201d]{40,240}[.](?=\s|$)")
_TOKEN = re.compile(r"\s*\S{1,4}")


def reply(prompt: str, tokens: int = TOKENS) -> list[str]:
    r"""Return the tokens of an answer that quotes the passages of a prompt, by turns.

    >>> passage = '<passage tag="k7q2m">\n{}\n</passage k7q2m>'
    >>> "".join(reply(passage.format("The fire was under control before noon, she said.")))
    'The fire was under control before noon, she said. [k7q2m]'
    """
    passages = _PASSAGE.findall(prompt)
    tags = [tag for tag, _ in passages]
    columns = [[(tag, one) for one in _SENTENCE.findall(text)] for tag, text in passages]
    quotable = [one for row in zip_longest(*columns) for one in row if one is not None]
    said: set[str] = set()
    made: list[str] = []
    for tag, sentence in quotable:
        if sentence in said or len(made) >= tokens:
            continue
        wrong = len(said) % 4 == 3
        cited = tags[tags.index(tag) - 1] if wrong else tag
        made += _TOKEN.findall(f"{' ' if made else ''}{sentence} [{cited}]")
        said.add(sentence)
    return made


def _serve(pipe: Connection, size: int, tokens_a_second: float) -> None:
    """Run the stub until the process ends; tell its port, and each reply's tokens and times."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            tokens = reply("\n".join(str(message["content"]) for message in body["messages"]), size)
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            sent: list[float] = []
            began = time.monotonic()
            for number, token in enumerate(tokens):
                time.sleep(max(0.0, began + number / tokens_a_second - time.monotonic()))
                sent.append(time.monotonic())
                self._event({"content": token})
            self._event({}, "stop")
            self._chunk(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")
            pipe.send({"messages": body["messages"], "tokens": tokens, "sent": sent})

        def _event(self, delta: dict[str, str], finish: str | None = None) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            value = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "stub"}
            self._chunk(f"data: {json.dumps({**value, 'choices': [choice]})}\n\n".encode())

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        pipe.send(server.server_port)
        server.serve_forever()


@contextmanager
def stub(
    tokens: int = TOKENS, tokens_a_second: float = TOKENS_A_SECOND
) -> Iterator[tuple[str, Connection]]:
    """Run the stub in a process of its own; give its address and what it tells of its replies."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, tokens, tokens_a_second), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/v1", ours
    finally:
        process.terminate()
        process.join()


def last_token_times(
    tokens: Sequence[str], sent: Sequence[float], sentences: Sequence[str]
) -> list[float | None]:
    """Return when the last token of each sentence was sent, its mark included; None if never.

    >>> last_token_times(["It ra", "ined.", " [k", "7]", " So"], [1, 2, 3, 4, 5], ["It rained."])
    [4]
    """
    text, ends = "", []
    for token in tokens:
        text += token
        ends.append(len(text))
    times: list[float | None] = []
    for sentence in sentences:
        found = re.search(re.escape(sentence) + r"(\s*\[\w+\])*", text)
        times.append(
            next(when for end, when in zip(ends, sent, strict=True) if end >= found.end())
            if found
            else None
        )
    return times


def measure(directory: Path, rounds: int, served: tuple[str, Connection]) -> dict[str, Any]:
    """Measure ``rounds`` answers, each beside its bare stream; return delays and times, seconds."""
    from ingest.folder import add
    from rag.build import open_library
    from rag.config import load_settings
    from rag.pending import embed_pending

    url, pipe = served
    settings = load_settings(
        library=directory / "library", llm="openai:stub", llm_base_url=url, llm_key="none"
    )
    with open_library(settings) as library:
        list(add(library.ledger, [EXAMPLES]))
        embed_pending(library.ledger, library.encoder())
        model = _client(url)
        _answer(library, QUESTIONS[-1], pipe)  # what is loaded once is loaded now
        runs = [
            _one(library, model, QUESTIONS[number % len(QUESTIONS)], pipe)
            for number in range(rounds)
        ]
    delays = [delay for run in runs for delay in run["delays"]]
    return {
        "answers": len(runs),
        "sentences": len(delays),
        "removed": sum(run["removed"] for run in runs),
        "tokens": [run["tokens"] for run in runs],
        "delay": {"p50": statistics.median(delays), "p95": _p95(delays), "max": max(delays)},
        **{name: sum(run[name] for run in runs) / len(runs) for name in ("vouch", "write", "bare")},
        "runs": runs,
    }


def _client(url: str) -> Any:
    from langchain.chat_models import init_chat_model

    return init_chat_model("openai:stub", base_url=url, api_key="none", max_retries=0)


def _answer(library: Any, question: str, pipe: Connection) -> dict[str, Any]:
    """Ask Vouch; return what the stub sent, when each sentence was shown, and the time it took."""
    from rag.types import Answer, Question, SentenceRemoved, SentenceShown

    began = time.monotonic()
    shown: list[tuple[str, float]] = []
    removed = 0
    for event in library.assistant.stream(Question(question)):
        if isinstance(event, SentenceShown):
            shown.append((event.sentence.text, time.monotonic()))
        removed += isinstance(event, SentenceRemoved)
    ended = time.monotonic()
    if not isinstance(event, Answer) or event.writer == "extractive":
        raise SystemExit(f"The model did not write the answer to {question!r}: {event}")
    took = {"vouch": ended - began, "write": event.timing_ms["write"] / 1000}
    return {**pipe.recv(), "shown": shown, "removed": removed, **took}


def _one(library: Any, model: Any, question: str, pipe: Connection) -> dict[str, Any]:
    answer = _answer(library, question, pipe)
    began = time.monotonic()
    for _ in model.stream(answer["messages"]):
        pass
    bare = time.monotonic() - began
    if pipe.recv()["tokens"] != answer["tokens"]:
        raise SystemExit("The bare stream said something else.")
    texts = [text for text, _ in answer["shown"]]
    sent = last_token_times(answer["tokens"], answer["sent"], texts)
    delays = [
        when - last
        for (_, when), last in zip(answer["shown"], sent, strict=True)
        if last is not None
    ]
    if not delays:
        raise SystemExit(f"No sentence of the model was shown, but {texts}")
    return {
        "question": question,
        "tokens": len(answer["tokens"]),
        "removed": answer["removed"],
        "vouch": answer["vouch"],
        "write": answer["write"],
        "bare": bare,
        "delays": delays,
    }


def rows(measured: dict[str, Any]) -> list[Row]:
    """Return what was measured as rows of the benchmark's table."""
    tokens, delay = round(statistics.mean(measured["tokens"])), measured["delay"]
    counted = f"{measured['sentences']} sentences of {measured['answers']} answers"
    found = [
        Row(
            f"a model's sentence shown after its last token, {point}",
            f"{delay[point] * 1000:.0f} ms",
            counted if point == "p50" else "",
            aim=f"{SHOWN_SECONDS * 1000:.0f} ms or less" if point == "p95" else "",
        )
        for point in ("p50", "p95", "max")
    ]
    for name, what, aim in (
        ("vouch", "whole question", f"{OVER_BARE:.2f} or less"),
        ("write", "writing alone", ""),
    ):
        found.append(
            Row(
                f"an answer of {tokens} tokens at {TOKENS_A_SECOND:.0f} a second, {what},"
                " over the bare stream",
                f"{measured[name]:.2f} s",
                f"{measured['bare']:.2f} s",
                measured[name] / measured["bare"],
                aim,
            )
        )
    return found


def main(arguments: list[str] | None = None) -> int:
    """Measure and print the table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench.stream", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="answers, each of about ten seconds")
    parser.add_argument("--json", action="store_true", help="print everything measured as JSON")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vouch-bench-") as directory, stub() as served:
        measured = measure(Path(directory), options.rounds, served)
    print(json.dumps(measured) if options.json else terminal(rows(measured)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
