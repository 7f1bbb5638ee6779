"""The command ``vouch``: what each command takes. What it does stands in the other ``cli_*`` files.

They are imported inside the command that needs them, so that ``vouch --help`` answers at once.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import VouchError
from ui import cli_eval
from ui import cli_options as options
from ui.terminal import Interrupted, say, show_error

if TYPE_CHECKING:
    from rag.config import Settings
    from rag.types import Filters

USAGE_ERROR = 2
INTERRUPTED = 130
GLOBAL_OPTIONS = ("--library", "--collection", "--settings")

app = typer.Typer(
    name="vouch",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Ask your documents. Every sentence of the answer is a checked quotation.",
    epilog="--library, --collection and --settings may stand before or after the command.",
)


app.add_typer(cli_eval.app)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options that stand before the command."""

    library: Path | None
    collection: str | None
    file: Path | None

    def settings(self, **flags: Any) -> Settings:
        """Return the settings with these options and a command's own on top."""
        from rag.config import load_settings

        given = {"library": self.library, "collection": self.collection, **flags}
        return load_settings(self.file, **given)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"vouch {version('vouch')}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say it and stop.")
]


@app.callback(invoke_without_command=True)
def _before(
    context: typer.Context,
    library: options.Library = None,
    collection: options.Collection = None,
    settings: options.SettingsFile = None,
    debug: options.Debug = False,
    show_version: Version = False,
) -> None:
    del show_version
    context.obj = Chosen(library, collection, settings)
    if debug:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    if context.invoked_subcommand is None:
        say(context.get_help())


def _filters(
    publisher: list[str] | None, first: str | None, last: str | None, documents: list[str] | None
) -> Filters:
    from rag.contract import filters_from_json

    try:
        return filters_from_json(
            {
                "publisher": publisher,
                "published_from": first,
                "published_to": last,
                "document_ids": documents,
            }
        )
    except VouchError as error:
        # The same check as for a request, said with the names of the flags.
        message = error.message.replace("filters.published_from", "--from")
        message = message.replace("filters.published_to", "--to").replace("published_to", "--to")
        raise type(error)(message, error.hint) from error


@app.command()
def add(
    context: typer.Context,
    paths: options.Paths,
    text_column: options.TextColumn = None,
    title_column: options.TitleColumn = None,
    published_column: options.PublishedColumn = None,
    publisher_column: options.PublisherColumn = None,
    id_column: options.IdColumn = None,
    date_order: options.DateOrder = None,
    password_file: options.PasswordFile = None,
    keep_missing: options.KeepMissing = False,
    no_embed: options.NoEmbed = False,
    if_empty: options.IfEmpty = False,
    quiet: options.Quiet = False,
    as_json: options.AsJson = False,
) -> None:
    """Add files and folders, or bring them up to date.

    Adding again adds what is new, updates what has changed and removes what is gone.
    """
    from ui.cli_add import add_paths
    from ui.passwords import read_passwords

    columns = {
        "text_column": text_column,
        "title_column": title_column,
        "published_column": published_column,
        "publisher_column": publisher_column,
        "id_column": id_column,
    }
    add_paths(
        context.obj.settings(date_order=date_order),
        paths,
        columns=columns,
        passwords=read_passwords(password_file),
        keep_missing=keep_missing,
        embed=not no_embed,
        if_empty=if_empty,
        quiet=quiet,
        as_json=as_json,
    )


@app.command()
def watch(
    context: typer.Context,
    paths: options.Paths,
    keep_missing: options.KeepMissing = False,
    no_embed: options.NoEmbed = False,
    poll: options.Poll = False,
) -> None:
    """Add files and folders, and whatever changes in them, until Ctrl-C.

    A folder that is unmounted or emptied removes nothing. It works beside a running server.
    """
    from ui.cli_watch import watch_folders

    watch_folders(
        context.obj.settings(),
        paths,
        keep_missing=keep_missing,
        embed=not no_embed,
        polling=poll or None,
    )


@app.command()
def remove(context: typer.Context, names: options.Names) -> None:
    """Remove documents from the library. The files themselves are not touched."""
    from ui.cli_library import remove_names

    remove_names(context.obj.settings(), names)


@app.command()
def purge(
    context: typer.Context,
    names: options.Purged = None,
    query: options.PurgeQuery = None,
    yes: options.Yes = False,
) -> None:
    """Wipe removed documents out of the library for good; those that are named are removed first.

    Text, words, vectors, uploads, kept answers that quote them, and measured runs: afterwards no
    file of the library holds them. The original files, other than uploads, are not touched. It
    works beside a running server, which builds its index again; one that was cut off is finished
    by the next.

    What cannot be promised: copies that others keep (backups made before, `vouch backup` among
    them, snapshots of the file system, exported answers and reports, a Chroma server's own files,
    what a language model's provider or tracing keeps), libraries that `vouch eval` has made of the
    same folder under the user's cache, and blocks that a disk, an SSD above all, has set aside and
    not overwritten.
    """
    from ui.cli_purge import purge_names

    purge_names(context.obj.settings(), names or [], query or [], yes=yes)


@app.command("list")
def list_documents(
    context: typer.Context,
    words: options.Title = None,
    publisher: options.Publisher = None,
    first: options.From = None,
    last: options.To = None,
    limit: options.Listed = 1000,
    as_json: options.AsJson = False,
) -> None:
    """List the documents."""
    from ui.cli_library import show_documents

    filters = _filters(publisher, first, last, None)
    show_documents(context.obj.settings(), words, filters, limit=limit, as_json=as_json)


@app.command()
def status(
    context: typer.Context, as_json: options.AsJson = False, verify: options.Verify = False
) -> None:
    """Say what the library holds and what could not be read.

    With --verify everything is read and checked; the exit code is 1 where something is wrong.
    """
    from ui.cli_library import show_status

    if not show_status(context.obj.settings(), as_json=as_json, verify=verify):
        raise typer.Exit(1)


@app.command()
def search(
    context: typer.Context,
    words: options.Query,
    limit: options.Found = 10,
    publisher: options.Publisher = None,
    first: options.From = None,
    last: options.To = None,
    documents: options.Within = None,
    as_json: options.AsJson = False,
) -> None:
    """Find passages."""
    from ui.cli_ask import search_passages

    filters = _filters(publisher, first, last, documents)
    search_passages(context.obj.settings(), " ".join(words), filters, limit=limit, as_json=as_json)


@app.command()
def ask(
    context: typer.Context,
    words: options.Words = None,
    publisher: options.Publisher = None,
    first: options.From = None,
    last: options.To = None,
    documents: options.Within = None,
    as_json: options.AsJson = False,
    thinking: options.Thinking = False,
) -> None:
    """Answer a question in quotations, each with its source."""
    from ui.cli_ask import ask_once

    filters = _filters(publisher, first, last, documents)
    question = " ".join(words) if words else sys.stdin.read()
    ask_once(context.obj.settings(), question, filters, as_json=as_json, thinking=thinking)


@app.command()
def chat(
    context: typer.Context,
    publisher: options.Publisher = None,
    first: options.From = None,
    last: options.To = None,
    documents: options.Within = None,
    thinking: options.Thinking = False,
) -> None:
    """Talk with the documents in the terminal."""
    from ui.cli_chat import chat_in_terminal

    filters = _filters(publisher, first, last, documents)
    chat_in_terminal(context.obj.settings(), filters, thinking=thinking)


@app.command()
def check(context: typer.Context, file: options.Exported, as_json: options.AsJson = False) -> None:
    """Say whether the quotations of a saved answer or conversation still stand.

    The exit code is 1 where one does not: its source has changed or is gone, or never said it.
    """
    from ui.cli_check import check_file

    if not check_file(context.obj.settings(), file, as_json=as_json):
        raise typer.Exit(1)


@app.command()
def serve(
    context: typer.Context,
    host: options.Host = None,
    port: options.Port = None,
    key: options.Key = None,
) -> None:
    """Serve the chat in the browser and the HTTP API."""
    settings = context.obj.settings(host=host, port=port, key=key)
    from ui.api import serve as serve_http

    serve_http(settings)


@app.command()
def config(
    context: typer.Context, what: options.What = "show", as_json: options.AsJson = False
) -> None:
    """Show every setting and where its value comes from; `config check` tries the model."""
    from ui.cli_settings import check_config, show_path, show_settings

    if what == "path":
        show_path(context.obj.file)
    elif what == "show":
        show_settings(context.obj, as_json=as_json)
    elif what == "check":
        if not check_config(context.obj.settings(), as_json=as_json):
            raise typer.Exit(1)
    else:
        raise typer.BadParameter(f"{what!r} is none of show, path and check.")


@app.command()
def rebuild(context: typer.Context, embeddings: options.Embeddings = False) -> None:
    """Build the vector index again from the library."""
    from ui.cli_library import rebuild_index

    rebuild_index(context.obj.settings(), embeddings=embeddings)


@app.command()
def backup(context: typer.Context, target: options.Target) -> None:
    """Copy the library, also while it is in use."""
    from ui.cli_library import back_up

    back_up(context.obj.settings(), target)


def globals_first(arguments: list[str]) -> list[str]:
    """Return the arguments with the global options moved to the front, up to a bare ``--``.

    >>> globals_first(["list", "--library", "/x", "--json"])
    ['--library', '/x', 'list', '--json']
    """
    front: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            rest += [argument, *left]
        elif argument in GLOBAL_OPTIONS:
            front += [argument, *([value] if (value := next(left, None)) is not None else [])]
        elif argument.startswith(tuple(f"{name}=" for name in GLOBAL_OPTIONS)):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit code: 0, 1 for an error, 2 for wrong usage, 130 for Ctrl-C."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        return int(app(globals_first(arguments), prog_name="vouch", standalone_mode=False) or 0)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "vouch"
        show_error(error.format_message(), f"{path} --help")
        return USAGE_ERROR
    except Interrupted as error:
        show_error(error.message, error.hint)
        return INTERRUPTED
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except VouchError as error:
        show_error(error.message, error.hint)
        return 1
    except OSError as error:
        show_error(f"{error.strerror or error}: {error.filename or 'the system refused'}.")
        return 1
    except Exception as error:  # noqa: BLE001  the process boundary: no traceback for a person
        return _unexpected(error)


def _unexpected(error: Exception) -> int:
    log = logging.getLogger("vouch.cli")
    if log.isEnabledFor(logging.DEBUG):
        log.exception("unexpected")
    show_error(
        f"Vouch failed: {type(error).__name__}: {error}.",
        "This is a fault in Vouch; --debug shows where. What the library held is still there.",
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
