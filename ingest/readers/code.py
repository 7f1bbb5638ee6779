"""Source code and data as text: the file's own characters, with lines for places."""

from __future__ import annotations

from pathlib import PurePath

from ingest.readers import Reading, Source, suffix_of
from ingest.readers.canvas import text_flags
from ingest.readers.encoding import decode
from ingest.readers.text import lines
from rag.types import Document

_LANGUAGES = {
    "Python": ".py .pyi",
    "JavaScript": ".js .mjs .jsx",
    "TypeScript": ".ts .tsx",
    "C": ".c .h",
    "C++": ".cc .cpp .cxx .hpp .hh",
    "C#": ".cs",
    "Java": ".java",
    "Kotlin": ".kt",
    "Scala": ".scala",
    "Go": ".go",
    "Rust": ".rs",
    "Ruby": ".rb",
    "PHP": ".php",
    "Perl": ".pl .pm",
    "Swift": ".swift",
    "Lua": ".lua",
    "R": ".r",
    "Julia": ".jl",
    "Objective-C": ".m",
    "Fortran": ".f90",
    "Haskell": ".hs",
    "OCaml": ".ml",
    "Elixir": ".ex .exs",
    "Erlang": ".erl",
    "Clojure": ".clj",
    "Lisp": ".lisp .el",
    "Vim script": ".vim",
    "Shell": ".sh .bash .zsh .fish",
    "PowerShell": ".ps1",
    "Batch": ".bat",
    "SQL": ".sql",
    "TOML": ".toml",
    "YAML": ".yaml .yml",
    "JSON": ".json",
    "XML": ".xml .xsd .xsl",
    "INI": ".ini .cfg .conf .properties",
    "CSS": ".css .scss .less",
    "Vue": ".vue",
    "LaTeX": ".tex .bib .sty",
    "CMake": ".cmake",
    "Gradle": ".gradle",
    "Protocol Buffers": ".proto",
    "GraphQL": ".graphql",
    "diff": ".diff .patch",
}
_BY_SUFFIX = {suffix: name for name, all_of in _LANGUAGES.items() for suffix in all_of.split()}


def read(source: Source) -> Reading:
    """Return one document whose text is the decoded file and whose title is its name.

    Raises:
        UnreadableFile: the file is no text.

    """
    text, note = decode(source.data)
    if not text.strip():
        return Reading(())
    language = _BY_SUFFIX.get(suffix_of(source.path), "")
    document = Document(
        id="",
        text_sha256="",
        title=PurePath(source.path).name,
        text=text,
        source=source.path,
        metadata={"programming_language": language} if language else {},
        spans=tuple(lines(text)),
        flags=text_flags(text),
    )
    return Reading((document,), (note,) if note else ())
