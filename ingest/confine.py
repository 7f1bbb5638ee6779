"""What a parsing process may do, which is little: no network, no programs, no files but its own.

A parser gets the bytes of its file and needs no other but Python's libraries and fonts. Whatever a
document refers to (an external entity, an include, a picture on a server) is out of its reach. The
system is asked to stop it when a file takes too much memory or time.
"""

from __future__ import annotations

import errno
import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from ingest.ocr_program import OCR_PROGRAM, program
from ingest.sandbox import shut_in

_FORBIDDEN = frozenset(
    (
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg"),
        *("os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn"),
        *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "shutil.rmtree"),
        *("os.link", "os.symlink", "os.chmod", "os.chown", "os.kill", "os.putenv"),
        *("urllib.Request", "ftplib.connect", "http.client.connect"),
    )
)
_LISTING = frozenset(("os.listdir", "os.scandir", "os.chdir", "os.walk", "os.listxattr"))
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CODE = (".py", ".pyc", ".so", ".pyd", ".dll")
_SHARED = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts"),
    *("/usr/share/zoneinfo", "/etc/localtime", "/usr/share/mime", "/etc/mime.types"),
    *("/usr/share/poppler", "/usr/share/tesseract-ocr", "/usr/share/tessdata"),
    *("/dev/null", "/dev/urandom"),
)
# What programs and libraries in C are loaded from.
_SYSTEM = (
    *("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin", "/opt/homebrew"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/sys/devices/system/cpu"),
)
_INSTALLED = ("site-packages", "dist-packages")
_MOST_OF_FOLDER = 1_000
_LEAST_BYTES = 64_000_000


class Forbidden(RuntimeError):
    """A parser tried something that no parser needs."""


class Confinement:
    """The rules for this process: first the kernel's, then, when libraries are loaded, Python's."""

    def __init__(self) -> None:
        root = Path(__file__).resolve().parent.parent
        own = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(root / "ingest")}
        own |= {str(root / "rag"), *sysconfig.get_paths().values()}
        self._readable = tuple(sorted(_real(path) for path in (*own, *_SHARED) if path))
        self._path = tuple(sorted({_real(path) for path in sys.path if path}))
        self._importable = tuple(
            sorted({_real(one) for path in self._path for one in _importable(path)})
        )
        self._ocr = ""

    def shut_in(self) -> None:
        """Ask the kernel for what it can do; before libraries start threads of their own."""
        named = os.environ.get("TESSDATA_PREFIX", "")
        _memory()  # its file is opened while that is allowed
        readable = [*self._readable, *self._importable, *_SYSTEM, *([named] if named else [])]
        shut_in(readable, self._path)

    def watch(self, *, ocr: bool) -> None:
        """Refuse from now on what no parser needs."""
        import ctypes.util  # noqa: F401  what Python loads late and by means that are refused now
        import encodings.idna  # noqa: F401

        if ocr:
            self._ocr = program() or ""
        sys.addaudithook(self._judge)

    def _judge(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            self._open(arguments)
        elif event in _LISTING:
            if arguments and isinstance(arguments[0], (str, bytes)):
                path = _real(os.fsdecode(arguments[0]))
                if not (path in self._path or _beneath(path, self._readable + self._importable)):
                    raise _refused(path)
        elif event == "subprocess.Popen":
            if not self._ocr or arguments[0] not in (OCR_PROGRAM, self._ocr):
                raise Forbidden(f"{event} is not for parsers")
        elif event in _FORBIDDEN:
            raise Forbidden(f"{event} is not for parsers")

    def _open(self, arguments: tuple[object, ...]) -> None:
        name, _, flags = arguments
        if not isinstance(name, (str, bytes)):
            return  # a handle that is open already
        path = _real(os.fsdecode(name))
        if isinstance(flags, int) and flags & _WRITING and path != os.devnull:
            raise _refused(path)
        if _beneath(path, self._readable):
            return
        if not (path.endswith(_CODE) and _beneath(path, self._importable)):
            raise _refused(path)


def _importable(folder: str) -> Iterator[str]:
    """Yield what Python may import from a folder of its path: modules and packages.

    Beside them may lie anything: the folder may be somebody's home.
    """
    if os.path.basename(folder) in _INSTALLED or not os.path.isdir(folder):
        yield folder
        return
    with suppress(OSError), os.scandir(folder) as found:
        for one in found:
            if one.name.endswith(_CODE):
                yield one.path
            elif one.name.isidentifier() and one.is_dir():
                yield from _package(one.path)


def _package(folder: str) -> Iterator[str]:
    """Yield a package, or the modules and packages in one that has no file of its own."""
    if os.path.isfile(os.path.join(folder, "__init__.py")):
        yield folder
        return
    with suppress(OSError), os.scandir(folder) as found:
        for one in islice(found, _MOST_OF_FOLDER):
            whole = one.name.isidentifier() and os.path.isfile(f"{one.path}{os.sep}__init__.py")
            if whole or one.name.endswith(_CODE):
                yield one.path


def _refused(path: str) -> OSError:
    # As the system says it, which libraries expect where a file may not be read.
    return PermissionError(errno.EACCES, "Parsers may not open it", path)


def _real(path: str) -> str:
    return os.path.realpath(path)


def _beneath(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)


class Allowance:
    """What is left of the memory that a file may take, measured before the file is here.

    Args:
        memory_mb: what this process may hold in all, its libraries and the file included.
    """

    def __init__(self, memory_mb: int) -> None:
        size, resident = _memory()
        # At least so much that a small file can be parsed when the libraries are large.
        self._address_space = size + max(_LEAST_BYTES, memory_mb * 1_000_000 - resident)

    def grant(self, seconds: float) -> None:
        """Ask the system to refuse more memory, files and processor time than one file may take."""
        try:
            import resource
        except ImportError:  # no such limits on Windows; the parent still counts the time
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = int(used.ru_utime + used.ru_stime)
        for what, amount in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, 64),
            (resource.RLIMIT_CPU, spent + int(seconds) + 5),
            (resource.RLIMIT_AS, self._address_space),
        ):
            hard = resource.getrlimit(what)[1]
            bounded = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
            resource.setrlimit(what, (bounded, hard))


def worn(memory_mb: int) -> bool:
    """Say whether this process holds so much memory that the next file gets a new one."""
    return _memory()[1] > memory_mb * 1_000_000 // 2


_statm_handle = -1


def _statm() -> int:
    """Return the open file in which the system says how much memory this process has."""
    global _statm_handle
    if _statm_handle < 0:
        _statm_handle = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    return _statm_handle


def _memory() -> tuple[int, int]:
    """Return the bytes of address space and of memory in use; a guess where no system says."""
    try:
        size, resident = os.pread(_statm(), 200, 0).split()[:2]
    except OSError:
        return 2_000_000_000, 100_000_000
    page = os.sysconf("SC_PAGE_SIZE")
    return int(size) * page, int(resident) * page
