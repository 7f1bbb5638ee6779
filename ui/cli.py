"""The command ``vouch``: what each command takes. What it does stands in the other ``cli_*`` files.

They are imported inside the command that needs them, so that ``vouch --help`` answers at once.
"""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import VouchError
from ui import cli_documents, cli_eval
from ui import cli_options as options
from ui.cli_documents import filters_of
from ui.terminal import Interrupted, say, show_error

if TYPE_CHECKING:
    from rag.config import Settings

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


for command in (cli_documents.add, cli_documents.watch, cli_documents.remove, cli_documents.purge):
    app.command()(command)
app.command("list")(cli_documents.list_documents)
app.command()(cli_documents.status)


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

    filters = filters_of(publisher, first, last, documents)
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

    filters = filters_of(publisher, first, last, documents)
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

    filters = filters_of(publisher, first, last, documents)
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
    # Else pydantic reads what every installed package declares, each time a command starts.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
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
