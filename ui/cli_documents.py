"""The commands on documents: add, watch, remove, purge, list and status, and what each takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from rag.errors import VouchError
from ui import cli_options as options

if TYPE_CHECKING:
    from rag.types import Filters


def filters_of(
    publisher: list[str] | None, first: str | None, last: str | None, documents: list[str] | None
) -> Filters:
    """Return the filters that flags stand for; errors name the flags."""
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


def watch(
    context: typer.Context,
    paths: options.Paths,
    keep_missing: options.KeepMissing = False,
    no_embed: options.NoEmbed = False,
    poll: options.Poll = False,
    password_file: options.PasswordFile = None,
) -> None:
    """Add files and folders, and whatever changes in them, until Ctrl-C.

    A folder that is unmounted or emptied removes nothing. It works beside a running server.
    """
    from ui.cli_watch import watch_folders
    from ui.passwords import read_passwords

    watch_folders(
        context.obj.settings(),
        paths,
        keep_missing=keep_missing,
        embed=not no_embed,
        polling=poll or None,
        passwords=read_passwords(password_file),
    )


def remove(context: typer.Context, names: options.Names) -> None:
    """Remove documents from the library. The files themselves are not touched."""
    from ui.cli_library import remove_names

    remove_names(context.obj.settings(), names)


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

    While it writes the word index and the file anew, some seconds for each 100,000 passages,
    nothing else can write the library: other commands and the server wait, and go on then.
    Questions are answered meanwhile. The disk must have room for a second copy of the library.

    What cannot be promised: copies that others keep (backups made before, `vouch backup` among
    them, snapshots of the file system, exported answers and reports, a Chroma server's own files,
    what a language model's provider or tracing keeps), libraries that `vouch eval` has made of the
    same folder under the user's cache, and blocks that a disk, an SSD above all, has set aside and
    not overwritten.
    """
    from ui.cli_purge import purge_names

    purge_names(context.obj.settings(), names or [], query or [], yes=yes)


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

    filters = filters_of(publisher, first, last, None)
    show_documents(context.obj.settings(), words, filters, limit=limit, as_json=as_json)


def status(
    context: typer.Context, as_json: options.AsJson = False, verify: options.Verify = False
) -> None:
    """Say what the library holds and what could not be read.

    With --verify everything is read and checked; the exit code is 1 where something is wrong.
    """
    from ui.cli_library import show_status

    if not show_status(context.obj.settings(), as_json=as_json, verify=verify):
        raise typer.Exit(1)
