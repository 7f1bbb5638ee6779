"""The options that the commands of ``vouch`` share, or that would hide what a command does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Publisher = Annotated[
    list[str] | None,
    typer.Option("--publisher", metavar="NAME", help="Only this publisher; may be repeated."),
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="DAY", help="Published on this day (YYYY-MM-DD) or later."),
]
To = Annotated[
    str | None, typer.Option("--to", metavar="DAY", help="Published on this day or earlier.")
]
Within = Annotated[
    list[str] | None,
    typer.Option("--document", metavar="ID", help="Only this document; may be repeated."),
]
Thinking = Annotated[
    bool, typer.Option("--thinking", help="Show on stderr what the model thinks, unchecked.")
]
Exported = Annotated[
    Path, typer.Argument(metavar="FILE", help="An answer or a conversation, saved as JSON.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]

Library = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of the library [default: ~/.local/share/vouch]."),
]
Collection = Annotated[str | None, typer.Option(metavar="NAME", help="Collection of documents.")]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE", help="Settings file (TOML).")
]
Debug = Annotated[bool, typer.Option("--debug", help="Log to stderr, and show tracebacks.")]

Paths = Annotated[list[Path], typer.Argument(help="Files and folders.", metavar="PATH")]
TextColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="Column of a table that holds the text.")
]
TitleColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="Column that holds the title.")
]
PublishedColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="Column that holds the date.")
]
PublisherColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="Column that holds the publisher.")
]
IdColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="Column whose value tells rows apart.")
]
DateOrder = Annotated[
    str | None,
    typer.Option(metavar="auto|dmy|mdy|ymd", help="Order of day and month in columns of dates."),
]
KeepMissing = Annotated[
    bool, typer.Option("--keep-missing", help="Keep documents whose files are gone.")
]
NoEmbed = Annotated[
    bool, typer.Option("--no-embed", help="Leave the vectors for later; words are found at once.")
]
IfEmpty = Annotated[
    bool, typer.Option("--if-empty", help="Do nothing when the library holds documents.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Name only the files that could not be read.")
]
PasswordFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Passwords of encrypted files, one a line; - for standard input. Never kept.",
    ),
]
Names = Annotated[list[str], typer.Argument(metavar="NAME", help="Files, folders or document ids.")]
Purged = Annotated[
    list[str] | None,
    typer.Argument(metavar="[NAME]...", help="Files, folders or document ids, removed first."),
]
PurgeQuery = Annotated[
    list[str] | None,
    typer.Option(
        "--query",
        metavar="WORDS",
        help="Also documents whose title, source, publisher or id holds these; may be repeated.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before purging what --query found.")]
Poll = Annotated[
    bool, typer.Option("--poll", help="Look for changes; for file systems that tell of none.")
]
Verify = Annotated[
    bool, typer.Option("--verify", help="Read and check the whole library, and say what is left.")
]
Listed = Annotated[int, typer.Option(min=1, metavar="N", help="At most so many documents.")]
Found = Annotated[int, typer.Option(min=1, max=200, metavar="N", help="At most so many passages.")]
Title = Annotated[
    str | None, typer.Argument(metavar="WORDS", help="Words of the title or the source.")
]
Query = Annotated[list[str], typer.Argument(metavar="QUERY", help="What to look for.")]
Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="QUESTION", help="The question; else it is read from stdin."),
]
Host = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="Address to bind [default: 127.0.0.1].")
]
Port = Annotated[
    int | None, typer.Option(metavar="N", help="Port to bind [default: 7860]; 0 takes a free one.")
]
Key = Annotated[
    str | None,
    typer.Option(
        metavar="KEY",
        help="Key that guards API and chat; VOUCH_KEY keeps it off the list of processes.",
    ),
]
What = Annotated[
    str,
    typer.Argument(
        metavar="show|path|check",
        help="The settings, where their file is, or whether the model that writes can be used.",
    ),
]
Embeddings = Annotated[bool, typer.Option("--embeddings", help="Embed every passage again before.")]
Target = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="A folder that does not exist yet, or is empty.")
]
