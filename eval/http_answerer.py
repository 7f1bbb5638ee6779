"""Servers as systems: Vouch's ``POST /v1/ask`` and ``/v1/search``, and OpenAI's chat completions.

The path decides: ``.../v1/ask`` is Vouch's, ``.../chat/completions`` is OpenAI's. Of a base URL
(``http://host:port``, with or without ``/v1``) it is found out once: ``GET /healthz`` is Vouch's,
``GET /v1/models`` OpenAI's. ``URL#model=NAME`` names the model, ``#timeout=SECONDS`` the patience.
The key is read from ``VOUCH_EVAL_KEY`` and sent as a bearer token; it is in no error and no record.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from eval.answerers_passages import NotAnOutput, SuiteSources
from eval.answerers_prompt import PROMPT_TOKENS, history_of, note_of, prompt_for, prompted_answer
from eval.answerers_results import output_of, refusal
from eval.cases import Case, Row, Suite
from eval.http_client import JsonClient, ServerError
from eval.records import Output
from eval.systems import RANKED, case_of
from rag.contract import filters_to_json
from rag.errors import BadRequest

KEY_VARIABLE = "VOUCH_EVAL_KEY"
_SUCH_AS = "Such as http:http://127.0.0.1:7860/v1/ask"
_ASK, _CHAT = "/ask", "/chat/completions"


class HttpAnswerer:
    """A server as a system. Its outputs are never kept for another run.

    Args:
        url: of the endpoint, or of the server.
        suite: what it will be asked: answers or rankings.
        timeout: seconds that one answer may take; connecting may take 5.
        key: the bearer token; None reads it from the environment.
        prompt_tokens: how much of a chat model's prompt sources may take.
        longest_wait: seconds that a server may ask to be left alone (``Retry-After``).

    Raises:
        VouchError: the URL cannot be used, nobody answers there, or the model is not named.
    """

    version = ""

    def __init__(
        self,
        url: str,
        suite: Suite,
        *,
        timeout: float = 60.0,
        key: str | None = None,
        prompt_tokens: int = PROMPT_TOKENS,
        longest_wait: float = 30.0,
    ) -> None:
        if suite.task == "verify":
            raise BadRequest("A server cannot judge claims here.", "Name a function instead.")
        endpoint, self._model, patience = _parsed(url, timeout)
        secret = os.environ.get(KEY_VARIABLE, "") if key is None else key
        self._client = JsonClient(secret, timeout=patience, longest_wait=longest_wait)
        self._task, self._sources = suite.task, SuiteSources(suite.sources)
        self._tokens = prompt_tokens
        try:
            self._url = self._endpoint(endpoint)
            self._is_ours = not urlsplit(self._url).path.endswith(_CHAT)
            if not self._is_ours:
                self._check_chat()
        except BaseException:
            self._client.close()
            raise
        self.name = shown(self._url) + (f" {self._model}" if self._model else "")

    def run(self, row: Row) -> Output:
        """Return what the server answers; ``seconds`` leaves out the waits that it asked for.

        Raises:
            VouchError: an error of the server, with its message, or an answer that is none.
        """
        case = case_of(row)
        if not self._is_ours:
            return self._chat(case)
        body: dict[str, Any] = {}
        if case.filters:
            body["filters"] = filters_to_json(case.filters)
        if self._task == "retrieve":
            body |= {"query": case.question, "limit": RANKED}
        else:
            body |= {"question": case.question, "include": ["hits"]}
            if case.history:
                body["history"] = [
                    {**turn, **({"answer": dict(old.answer)} if old.answer else {})}
                    for turn, old in zip(history_of(case), case.history, strict=True)
                ]
        given, seconds = self._client.post(self._url, body)
        return replace(output_of(given, self._task, case, self._sources), seconds=seconds)

    def close(self) -> None:
        """Close the connections; whoever waits to try again is woken."""
        self._client.close()

    def _endpoint(self, url: str) -> str:
        parts = urlsplit(url)
        path = parts.path.rstrip("/")
        if path.endswith(_CHAT):
            return urlunsplit(parts._replace(path=path))
        if path.endswith((_ASK, "/search")):
            wanted = "search" if self._task == "retrieve" else "ask"
            return urlunsplit(parts._replace(path=f"{path.rpartition('/')[0]}/{wanted}"))
        root = path.removesuffix("/v1")
        return self._found_out(urlunsplit(parts._replace(path=root)))

    def _found_out(self, base: str) -> str:
        """Return the endpoint of the server at a base URL, after asking which it is."""
        parts = urlsplit(base)

        def at(path: str) -> str:
            return urlunsplit(parts._replace(path=parts.path + path))

        asked: list[str] = []
        for path in ("/healthz", "/v1/models"):
            try:
                found, _ = self._client.get(at(path))
            except ServerError as error:
                if error.answered is None:
                    raise
                asked.append(f"GET {path}: {error.message}")
                continue
            if path == "/healthz" and found.get("status") == "ok" and "chat" in found:
                return at("/v1/search" if self._task == "retrieve" else "/v1/ask")
            if path == "/v1/models" and isinstance(found.get("data"), list):
                self._model = self._model or _only_model(found["data"], base)
                return at("/v1" + _CHAT)
            asked.append(f"GET {path} gave something else.")
        raise ServerError(
            f"{shown(base)} is neither Vouch's server nor one like OpenAI's. {' '.join(asked)}",
            "Give the whole URL, ending in /v1/ask or /v1/chat/completions. A key is read from"
            f" {KEY_VARIABLE}.",
        )

    def _check_chat(self) -> None:
        if self._task == "retrieve":
            raise BadRequest(
                f"{shown(self._url)} is a chat model, and the suite wants passages.",
                "Name a retriever, or Vouch's server.",
            )
        if not self._model:
            raise BadRequest(f"No model is named for {shown(self._url)}.", "Write URL#model=NAME.")

    def _chat(self, case: Case) -> Output:
        prompt = prompt_for(case, self._sources, self._tokens)
        body = {"model": self._model, "messages": list(prompt.messages), "temperature": 0}
        given, seconds = self._client.post(self._url, body)
        text, refused = _completion(given)
        answer = refusal(message=text) if refused else prompted_answer(text, prompt, self._sources)
        warnings = note_of(prompt, self._sources.of(case))
        if warnings:
            answer["warnings"] = warnings
        return Output(
            answer={**answer, "writer": str(given.get("model") or self._model)}, seconds=seconds
        )


def shown(url: str) -> str:
    """Return a URL as it may be recorded: no query, in which keys are passed.

    >>> shown("https://api.example/v1/ask?key=secret")
    'https://api.example/v1/ask'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _parsed(url: str, timeout: float) -> tuple[str, str, float]:
    """Return the endpoint, the model and the patience of a URL."""
    whole = url if "://" in url else f"http://{url.lstrip('/')}"
    try:
        parts = urlsplit(whole)
        parts.port  # noqa: B018 - reading it checks it
    except ValueError as error:
        raise BadRequest(f"That is no URL: {error}.", _SUCH_AS) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadRequest("That is no URL of a server.", _SUCH_AS)
    if "@" in parts.netloc:
        raise BadRequest(
            f"The URL of {parts.hostname} holds a name and a password.",
            f"Leave them out: a key is read from {KEY_VARIABLE}.",
        )
    query = parse_qsl(parts.query, keep_blank_values=True)
    options = dict(parse_qsl(parts.fragment))
    model = options.pop("model", "") or dict(query).get("model", "")
    patience = options.pop("timeout", str(timeout))
    try:
        seconds = float(patience)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf") or options:
        wrong = f"#{next(iter(options))}" if options else f"#timeout={patience}"
        raise BadRequest(
            f"{wrong} means nothing after a URL.",
            "Write #model=NAME or #timeout=SECONDS, joined by &.",
        )
    kept = urlencode([one for one in query if one[0] != "model"])
    return urlunsplit(parts._replace(query=kept, fragment="")), model, seconds


def _only_model(models: list[Any], base: str) -> str:
    names = [str(one.get("id")) for one in models if isinstance(one, Mapping) and one.get("id")]
    if len(names) == 1:
        return names[0]
    raise BadRequest(
        f"{shown(base)} has {len(names)} models, and none is named.",
        f"Write URL#model=NAME; there: {', '.join(names[:10]) or 'none'}.",
    )


def _completion(given: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the text of a chat completion, and whether the model refuses to answer."""
    choices = given.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if not isinstance(choice, Mapping) or not isinstance(message, Mapping):
        raise NotAnOutput(
            f"The server's JSON has no choices[0].message; it has {', '.join(list(given)[:8])}.",
            "The URL has to be one of OpenAI's chat completions.",
        )
    if choice.get("finish_reason") in ("content_filter", "length"):
        # Half an answer is not what the model would have said.
        raise NotAnOutput(
            f"The model stopped for {choice['finish_reason']!r} before its answer was complete.",
            "Raise the server's limit, or ask another model.",
        )
    if isinstance(message.get("refusal"), str) and message["refusal"]:
        return message["refusal"], True
    content = message.get("content")
    if isinstance(content, list):
        texts = [one.get("text") for one in content if isinstance(one, Mapping)]
        content = "".join(text for text in texts if isinstance(text, str))
    if not isinstance(content, str) or (not content and message.get("tool_calls")):
        raise NotAnOutput(
            f"choices[0].message.content is {type(content).__name__}, not a text.",
            "Ask a model that answers in text and calls no tools.",
        )
    return content, False
