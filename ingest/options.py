"""What an add may be told, and the part of it that decides whether a file must be read again."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from ingest import ocr_program
from ingest.readers import RECORDS, TABLE, ReadOptions, format_of, suffix_of
from rag.errors import BadRequest
from rag.store.values import OriginRow

if TYPE_CHECKING:
    from ingest.dates import Order
    from ingest.limits import ContainerLimits

READER_VERSION = 2
"""Another number makes every file be read again; raise it when readers give other texts."""

_COLUMNS = ("text_column", "title_column", "published_column", "publisher_column", "id_column")


@dataclass(frozen=True, slots=True)
class AddOptions:
    """What an add may be told; the columns concern tables alone."""

    keep_missing: bool = False
    text_column: str | None = None
    title_column: str | None = None
    published_column: str | None = None
    publisher_column: str | None = None
    id_column: str | None = None
    date_order: Order = "auto"
    passage_tokens: int = 256
    passage_overlap: int = 48
    parse_seconds: float = 25.0
    parse_memory_mb: int = 480
    max_file_mb: int = 200
    max_members: int = 100_000
    max_unpacked_mb: int = 2_000
    ocr: bool = True
    ocr_languages: str = "eng"
    passwords: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: object, **given: Any) -> AddOptions:
        """Return the options that settings of the same names make, with what is given on top.

        Raises:
            BadRequest: there is no such option.
        """
        names = [option.name for option in fields(cls)]
        for name in given:
            if name not in names:
                raise BadRequest(f"There is no option {name!r}.", f"Options: {', '.join(names)}.")
        shared = {name: getattr(settings, name) for name in names if hasattr(settings, name)}
        return cls(**{**shared, **given})

    def for_file(self, path: str, row: OriginRow | None) -> ReadOptions:
        """Return the options for a file; a table keeps the columns it was last added with."""
        form = format_of(suffix_of(path))
        options = ReadOptions(
            date_order=self.date_order,
            passwords=self.passwords,
            ocr=self.ocr,
            ocr_languages=self.ocr_languages,
        )
        if form is None or not (form.unpacks or form in (TABLE, RECORDS)):
            return options
        columns: dict[str, str | None] = {name: getattr(self, name) for name in _COLUMNS}
        if row is not None and not any(columns.values()):
            columns |= _settings_of(row).get("columns", {})
        return replace(options, **columns)  # type: ignore[arg-type]

    def settings(self, path: str, options: ReadOptions) -> str:
        """Return what shapes a reading, as text that is equal where it is."""
        value: dict[str, Any] = {
            "reader": READER_VERSION,
            "tokens": self.passage_tokens,
            "overlap": self.passage_overlap,
            "order": options.date_order,
        }
        columns = {name: getattr(options, name) for name in _COLUMNS}
        if any(columns.values()):
            value["columns"] = columns
        suffix = suffix_of(path)
        form = format_of(suffix)
        if form is not None and form.unpacks:
            value["limits"] = f"{self.limits()} {self.max_members} {self.max_unpacked_mb}MB"
        if suffix == ".pdf" or (form is not None and form.unpacks):
            # Installed later, it is a reason to read scans again.
            value["ocr"] = options.ocr_languages if options.ocr and ocr_program.program() else ""
        return json.dumps(value, sort_keys=True)

    def container_limits(self) -> ContainerLimits:
        """Return what one archive or mailbox may hold."""
        from ingest.limits import ContainerLimits

        return ContainerLimits(self.max_members, self.max_unpacked_mb)

    def limits(self) -> str:
        """Return what a file may take, as text: a failed file is tried again under other limits."""
        return f"{self.parse_seconds:g}s {self.parse_memory_mb}MB {self.max_file_mb}MB"


def same_settings(row: OriginRow, settings: str, limits: str) -> bool:
    """Say whether a file was last read as it would be now; a failed one also by its limits."""
    return row.settings == (f"{settings} {limits}" if row.state == "failed" else settings)


def _settings_of(row: OriginRow) -> dict[str, Any]:
    """Return the settings a file was last read with, empty where they are not ours."""
    try:
        value, _ = json.JSONDecoder().raw_decode(row.settings)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
