"""From a name to a chat model of LangChain, with errors that say what to install or to set."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from rag.errors import UnknownSetting, WriterFailed

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_EXTRAS = {
    "openai": "openai",
    "azure_openai": "openai",
    "anthropic": "anthropic",
    "ollama": "ollama",
    "huggingface": "huggingface",
}
"""Providers that an extra of Vouch installs; every other one of LangChain's has its own package."""
_PACKAGES = {
    "azure_openai": "langchain_openai",
    "bedrock": "langchain_aws",
    "bedrock_converse": "langchain_aws",
    "google_anthropic_vertex": "langchain_google_vertexai",
}
_TAKE_BASE_URL = {"openai", "anthropic", "ollama"}
_TAKE_RETRIES = {"openai", "azure_openai", "anthropic", "google_genai", "mistralai", "groq"}


def provider_of(name: str) -> str:
    """Return the provider of ``provider:model``, once its package is found.

    Raises:
        UnknownSetting: the name has no provider, or the provider's package is not installed.
    """
    provider, colon, model = name.partition(":")
    if not colon or not provider.isidentifier() or not model:
        raise UnknownSetting(
            f"llm cannot be {name!r}.",
            "Write provider:model, such as openai:gpt-5-mini, ollama:llama3.2 or"
            " anthropic:claude-haiku-4-5.",
        )
    package = _PACKAGES.get(provider, f"langchain_{provider}")
    if find_spec(package) is None:
        extra = _EXTRAS.get(provider)
        raise UnknownSetting(
            f"The model {name} needs the package {package.replace('_', '-')}, which is not there.",
            f"pip install 'vouch[{extra}]'"
            if extra
            else f"pip install {package.replace('_', '-')}, if LangChain knows {provider!r}.",
        )
    return provider


def model_loader(
    name: str, *, base_url: str | None, key: str | None, answer_tokens: int, seconds: float
) -> Callable[[], BaseChatModel]:
    """Return what makes the model when it is first asked; making it may take seconds.

    Args:
        name: ``provider:model``.
        base_url: where its server is; None for the provider's own.
        key: None for the one that the provider's package finds by itself.
        answer_tokens: the longest answer.
        seconds: time after which the provider's client may give up by itself.

    Raises:
        UnknownSetting: the provider is not named or its package is not there.
    """
    provider = provider_of(name)
    options: dict[str, Any] = {"temperature": 0}
    if provider == "huggingface":
        written = {"max_new_tokens": answer_tokens, "return_full_text": False}
        options = {"task": "text-generation", "pipeline_kwargs": written}
    elif provider == "ollama":
        options["num_predict"] = answer_tokens
    else:
        options |= {"max_tokens": answer_tokens, "timeout": seconds}
    if provider in _TAKE_RETRIES:
        options["max_retries"] = 0  # Vouch retries itself, within its own time, and says so
    if provider == "openai" and re.match(r"o\d", name.partition(":")[2]):
        options.pop("temperature")  # OpenAI's o models refuse any but their own
    if provider in ("openai", "azure_openai"):
        # Its own wait for the next chunk may swallow a cancel (asyncio.wait_for of Python 3.11).
        options["stream_chunk_timeout"] = 0
    if base_url and provider in _TAKE_BASE_URL:
        options["base_url"] = base_url
    if key:
        options["api_key"] = key
    elif base_url and provider == "openai":
        options["api_key"] = "none"  # servers of one's own mostly want none, the client does

    def load() -> BaseChatModel:
        return _made(name, options)

    return load


def _made(name: str, options: dict[str, Any]) -> BaseChatModel:
    try:
        from langchain.chat_models import init_chat_model

        model: BaseChatModel = init_chat_model(name, **options)
    except ImportError as error:
        raise WriterFailed(f"The model {name} cannot be loaded: {error}.", "") from error
    # Providers raise whatever they like where a key is missing or a model is not known.
    except Exception as error:  # noqa: BLE001
        said = " ".join(str(error).split())[:200]
        raise WriterFailed(
            f"The model {name} cannot be used: {said}.",
            "Set llm_key or the provider's own variable; `vouch config check` tries it.",
        ) from error
    return model
