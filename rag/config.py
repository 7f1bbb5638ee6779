"""The one place for settings: flag > environment > TOML file > default.

Only ``build.py`` and ``ui`` see a ``Settings``; everything else gets plain values through its
constructor. Unknown names are refused on every way in, with the names that exist.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import tomllib
from pathlib import Path
from typing import Any, ClassVar, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from rag.errors import UnknownSetting

ENV_PREFIX = "VOUCH_"
# Names that are read by the Makefile or by the way in, and are no settings of the library.
NOT_SETTINGS = frozenset({"VOUCH_CONFIG"})


def default_library() -> Path:
    """Return the data directory that is used when none is named."""
    return Path(platformdirs.user_data_dir("vouch", appauthor=False))


def default_config_file() -> Path:
    """Return the TOML file that is read when it exists: ``VOUCH_CONFIG``, else the user's own."""
    named = os.environ.get("VOUCH_CONFIG")
    return Path(named) if named else Path(platformdirs.user_config_dir("vouch")) / "vouch.toml"


class Settings(BaseSettings):
    """Everything that can be set, with its default and what it means."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid", frozen=True)

    library: Path = Field(default_factory=default_library, description="data directory")
    collection: str = Field("default", min_length=1, description="collection of documents")

    embedding_model: str = Field(
        "all-MiniLM-L6-v2", description="sentence-transformers model, by name or path"
    )
    embedding_dtype: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="precision of bulk embedding; auto takes bfloat16 where the CPU has it"
    )
    threads: int = Field(0, ge=0, le=256, description="model threads; 0 takes every core")
    passage_tokens: int = Field(
        256, ge=32, le=512, description="largest passage, in tokens of the embedding model"
    )
    passage_overlap: int = Field(
        48, ge=0, le=256, description="tokens that neighbouring passages share at most"
    )
    chroma_url: str | None = Field(
        None, description="a Chroma server to hold the vector index, such as http://10.0.0.5:8000"
    )

    hits: int = Field(24, ge=1, le=200, description="passages that are read for an answer")
    dense_share: float = Field(
        0.55, ge=0, le=1, description="weight of meaning against words in a search, 0 to 1"
    )
    reranker: str = Field(
        "off",
        description="what orders passages by whether they answer: off, reader for Vouch's own"
        " network, or the name or path of a sentence-transformers CrossEncoder",
    )
    verifier: str = Field(
        "",
        description="what says whether a passage supports a sentence, beside the certain checks:"
        " empty for Vouch's own network, off for the checks alone, or the name or path of a"
        " sentence-transformers CrossEncoder",
    )
    caution: Literal["low", "normal", "high"] = Field(
        "normal", description="how sure Vouch must be before it answers"
    )

    llm: str | None = Field(
        None,
        description="chat model that writes the answers, as provider:model, such as"
        " openai:gpt-5-mini or ollama:llama3.2; none answers in the sources' own words",
    )
    llm_base_url: str | None = Field(
        None, description="server of the model, such as http://127.0.0.1:8000/v1"
    )
    llm_key: SecretStr | None = Field(
        None, description="key for the model; else the provider's own variable is read"
    )
    llm_seconds: float = Field(
        30.0, gt=0, description="time that the model may take for an answer, retries included"
    )
    llm_stall_seconds: float = Field(
        10.0, gt=0, description="time that the model may stay silent, also before its first word"
    )
    llm_retries: int = Field(
        1, ge=0, le=5, description="times the model is asked again when it cannot be reached"
    )
    llm_rest_seconds: float = Field(
        30.0,
        ge=0,
        description="time that a model is left alone which was silent three times in a row;"
        " 0 asks it every time",
    )
    llm_context_tokens: int = Field(
        6000, ge=500, description="tokens of passages that go to the model"
    )
    llm_answer_tokens: int = Field(1500, ge=50, description="longest answer of the model, tokens")
    llm_rewrite: bool = Field(True, description="whether the model rewrites follow-up questions")
    llm_tracing: bool = Field(
        False, description="whether LangChain's tracing may send what is asked and answered"
    )
    checks: Literal["strict", "mark", "off"] = Field(
        "strict",
        description="what becomes of a model's sentence that no source supports: struck, shown with"
        " a mark, or (off) shown unchecked",
    )
    prompts: Path | None = Field(None, description="TOML file of prompts in place of Vouch's own")

    date_order: Literal["auto", "dmy", "mdy", "ymd"] = Field(
        "auto", description="order of day and month in columns of dates"
    )
    parse_seconds: float = Field(25.0, gt=0, description="time that one file may take to parse")
    parse_memory_mb: int = Field(
        480, ge=128, description="memory that the process which parses a file may take in all"
    )
    max_file_mb: int = Field(200, ge=1, description="largest file that is read")
    max_members: int = Field(
        100_000, ge=1, description="files of an archive or mailbox that are read at most"
    )
    max_unpacked_mb: int = Field(
        2000, ge=1, description="most that an archive or mailbox may unpack to"
    )
    ocr: bool = Field(
        True, description="whether text in images of pages is read, where tesseract is installed"
    )
    ocr_languages: str = Field(
        "eng", description="languages of text in images, as tesseract names them: eng+deu"
    )

    host: str = Field("127.0.0.1", description="address the server binds")
    port: int = Field(7860, ge=0, le=65535, description="port the server binds; 0 takes a free one")
    key: SecretStr | None = Field(
        None, description="key that guards API and chat; needed to bind beyond this machine"
    )
    hosts: str = Field(
        "", description="other names by which the server is reached, separated by commas"
    )
    workers: int = Field(2, ge=1, le=64, description="questions that are answered at a time")
    queue: int = Field(256, ge=1, le=10000, description="questions that may wait")
    deadline_seconds: float = Field(60.0, gt=0, description="time that one question may take")
    max_question_chars: int = Field(4000, ge=1, description="longest question")
    max_upload_mb: int = Field(100, ge=1, description="largest upload")

    config_file: ClassVar[Path | None] = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put flags before the environment; the TOML file is merged by ``load_settings``."""
        del settings_cls, dotenv_settings, file_secret_settings
        return init_settings, env_settings

    @property
    def answer_hash(self) -> str:
        """A short hash of every setting that can change an answer."""
        names = (
            "embedding_model",
            "passage_tokens",
            "passage_overlap",
            "hits",
            "dense_share",
            "reranker",
            "verifier",
            "caution",
            "llm",
            "llm_base_url",
            "llm_context_tokens",
            "llm_answer_tokens",
            "llm_rewrite",
            "checks",
            "prompts",
        )
        values = [(name, getattr(self, name)) for name in names]
        if self.prompts is not None and self.prompts.is_file():
            values.append(("prompts", hashlib.sha256(self.prompts.read_bytes()).hexdigest()))
        text = repr(values)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def _refuse_unknown(names: list[str], where: str) -> None:
    real = sorted(Settings.model_fields)
    for name in names:
        if name not in real:
            near = difflib.get_close_matches(name, real, n=1)
            guess = f"Did you mean {near[0]!r}? " if near else ""
            raise UnknownSetting(
                f"There is no setting {name!r} ({where}).",
                f"{guess}The settings are: {', '.join(real)}.",
            )


def load_settings(config_file: Path | None = None, **flags: Any) -> Settings:
    """Return the settings; flags that are None count as not given.

    Raises:
        UnknownSetting: a name that does not exist, or a value that does not fit.
    """
    flags = {name: value for name, value in flags.items() if value is not None}
    _refuse_unknown(list(flags), "argument")
    in_environment = [
        name[len(ENV_PREFIX) :].lower()
        for name in os.environ
        if name.startswith(ENV_PREFIX) and name not in NOT_SETTINGS
    ]
    _refuse_unknown(in_environment, "environment")

    path = config_file or default_config_file()
    from_file: dict[str, Any] = {}
    if path.is_file():
        try:
            from_file = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UnknownSetting(
                f"{path} is not valid TOML: {error}.", "Write one `name = value` a line."
            ) from error
        _refuse_unknown(list(from_file), str(path))
    elif config_file or os.environ.get("VOUCH_CONFIG"):
        raise UnknownSetting(f"There is no settings file {path}.", "Name one that exists.")
    below = {name: value for name, value in from_file.items() if name not in in_environment}
    try:
        return Settings(**{**below, **flags})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        meaning = Settings.model_fields[name].description
        raise UnknownSetting(
            f"{name} cannot be {first['input']!r}: {first['msg']}.", f"{name} is the {meaning}."
        ) from error
