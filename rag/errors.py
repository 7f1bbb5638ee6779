"""Errors that a person can act on."""

from __future__ import annotations


class VouchError(Exception):
    """What happened, with the values, and what to do about it.

    ``code`` is stable and machine-readable; ``status`` is the HTTP status that fits.
    """

    code = "error"
    status = 400

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BadRequest(VouchError):
    """The caller asked for something that makes no sense, such as an empty question."""

    code = "bad_request"
    status = 400


class NotFound(VouchError):
    """There is no such document, job, file or folder."""

    code = "not_found"
    status = 404


class TooLarge(VouchError):
    """A question, a file or a request is over its limit."""

    code = "too_large"
    status = 413


class Busy(VouchError):
    """The queue is full, or another process holds what is needed."""

    code = "busy"
    status = 503


class TimedOut(VouchError):
    """A deadline passed before the work was done."""

    code = "timed_out"
    status = 504


class Cancelled(VouchError):
    """The caller went away or asked to stop."""

    code = "cancelled"
    status = 499


class UnreadableFile(VouchError):
    """A file could not be read as what it says it is."""

    code = "unreadable_file"
    status = 422


class UnknownSetting(VouchError):
    """A setting that does not exist, or a value that it does not take."""

    code = "unknown_setting"


class LibraryError(VouchError):
    """The library on disk cannot be used: from a newer version, damaged, or out of space."""

    code = "library"
    status = 500


class ModelError(VouchError):
    """The embedding model is missing or not the one that was expected."""

    code = "model"
    status = 500


class WriterFailed(VouchError):
    """The language model gave no draft, or stopped in the middle of one."""

    code = "writer"
    status = 502
