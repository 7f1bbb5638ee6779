"""What a library needs to have a chat model write, made from the settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.chat.model import model_loader
from rag.chat.model_stream import ModelStream
from rag.chat.writer import ChatWriter
from rag.config import Settings
from rag.prompts import Prompts, load_prompts
from rag.rewrite import ByRule, ChatRewrite, Rewrite

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_REWRITE_SHARE = 0.3
"""Share of the model's time that the rewriting of a question may take."""


_DEADLINE_SHARE = 0.7
"""Share of a question's deadline that the model may take: the rest finds, reads and quotes."""


def allowed_seconds(settings: Settings) -> float:
    """Return the time that the model gets for an answer, within the deadline of a question."""
    return min(settings.llm_seconds, settings.deadline_seconds * _DEADLINE_SHARE)


class ChatParts:
    """A chat model's writer and, where the settings want it, its rewriting of follow-ups.

    Args:
        settings: how it is asked.
        stream: the model.
        prompts: what it is told.
    """

    def __init__(self, settings: Settings, stream: ModelStream, prompts: Prompts) -> None:
        self._settings, self._stream, self._prompts = settings, stream, prompts
        seconds = allowed_seconds(settings)
        rewriting = seconds * (_REWRITE_SHARE if settings.llm_rewrite else 0)
        self.writer = ChatWriter(
            stream,
            prompts,
            context_tokens=settings.llm_context_tokens,
            seconds=seconds,
            # A follow-up question has had its share before.
            follow_up_seconds=seconds - rewriting,
        )

    def load(self) -> None:
        """Load the model's package, which takes seconds, without a call.

        Raises:
            WriterFailed: it cannot be made.
        """
        _ = self._stream.model

    def rewrite(self, by_rule: ByRule) -> Rewrite:
        """Return what makes follow-up questions stand alone."""
        if not self._settings.llm_rewrite:
            return by_rule
        seconds = allowed_seconds(self._settings) * _REWRITE_SHARE
        return ChatRewrite(self._stream, self._prompts, by_rule, seconds=seconds)


def chat_parts(
    settings: Settings, model: BaseChatModel | None = None, callbacks: Sequence[Any] = ()
) -> ChatParts | None:
    """Return the parts, or None where no model is named and none is given.

    Raises:
        UnknownSetting: the model's name, its package or the prompts are not as they must be.
    """
    if model is None and settings.llm is None:
        return None
    return ChatParts(
        settings, chat_stream(settings, model, callbacks), load_prompts(settings.prompts)
    )


def chat_stream(
    settings: Settings, model: BaseChatModel | None = None, callbacks: Sequence[Any] = ()
) -> ModelStream:
    """Return the model that the settings name, or the one that is given, behind its limits.

    Raises:
        UnknownSetting: the model's name or its package is not as it must be.
    """
    if model is not None:
        name = settings.llm or _name_of(model)
        load = lambda: model  # noqa: E731
    else:
        name = settings.llm or ""
        load = model_loader(
            name,
            base_url=settings.llm_base_url,
            key=settings.llm_key.get_secret_value() if settings.llm_key else None,
            answer_tokens=settings.llm_answer_tokens,
            seconds=allowed_seconds(settings),
        )
    return ModelStream(
        load,
        name=name,
        seconds=allowed_seconds(settings),
        stall_seconds=settings.llm_stall_seconds,
        retries=settings.llm_retries,
        rest_seconds=settings.llm_rest_seconds,
        answer_tokens=settings.llm_answer_tokens,
        tracing=settings.llm_tracing,
        callbacks=callbacks,
    )


def _name_of(model: BaseChatModel) -> str:
    """Return ``provider:model`` of a model that was given, as far as it tells them."""
    package = type(model).__module__.partition(".")[0]
    provider = package.removeprefix("langchain_")
    provider = provider if provider not in (package, "core") else model._llm_type
    named = getattr(model, "model_name", None) or getattr(model, "model", None)
    return f"{provider}:{named if isinstance(named, str) else type(model).__name__}"
