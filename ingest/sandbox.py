"""What the kernel refuses to a parsing process: files outside Python's own, TCP, new sockets.

Landlock and seccomp, where the kernel has them; they bind libraries written in C as well, which
the audit hook of ``ingest.confine`` does not see. Where they are missing nothing is done here.

References: Linux ``Documentation/userspace-api/landlock.rst`` and ``seccomp_filter.rst``.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_RIGHTS = 0b11  # bind and connect TCP
_SCOPES = 0b11  # abstract Unix sockets, signals

_SET_SECCOMP, _NO_NEW_PRIVILEGES = 22, 38
_FILTER_MODE = 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _EPERM = 0x7FFF0000, 0x00050001
# On x86-64 the calls of a third set have this bit; other processors have no such numbers.
_OTHER_CALLS = 0x40000000
# AUDIT_ARCH, and the numbers of socket, ptrace, process_vm_readv and io_uring_setup.
_MACHINES = {
    "x86_64": (0xC000003E, (41, 101, 310, 425)),
    "aarch64": (0xC00000B7, (198, 117, 270, 425)),
}


def shut_in(readable: Iterable[str], listable: Iterable[str] = ()) -> bool:
    """Let this process read beneath these paths alone, write nowhere, and open no socket.

    Args:
        readable: files, and folders with all that is in them.
        listable: folders in which, at any depth, the names of files may be read, not the files.

    Returns:
        Whether the kernel took the rule about files.

    """
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    shut = _landlock(libc, readable, listable)
    _seccomp(libc)
    return shut


def _landlock(libc: ctypes.CDLL, readable: Iterable[str], listable: Iterable[str]) -> bool:
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    rules = struct.pack("=QQQ", rights, _NET_RIGHTS, _SCOPES)
    rules = rules[: 24 if version >= 6 else 16 if version >= 4 else 8]
    ruleset = libc.syscall(_CREATE_RULESET, rules, len(rules), 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            with suppress(OSError):
                _allow(libc, ruleset, path, _EXECUTE | _READ_FILE | _READ_DIR)
        for path in listable:
            with suppress(OSError):
                _allow(libc, ruleset, path, _READ_DIR)
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights &= ~0 if os.path.isdir(path) else ~_READ_DIR
        libc.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, handle), 0)
    finally:
        os.close(handle)


def _seccomp(libc: ctypes.CDLL) -> bool:
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    architecture, refused = machine
    many = len(refused)
    # What is refused jumps over the other steps and over the one that allows. Calls of another
    # architecture have other numbers: all are refused, so that none is let through for its name.
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 0, many + 3, architecture), (_LOAD, 0, 0, 0)]
    steps += [(_AT_LEAST, many + 1, 0, _OTHER_CALLS)]
    steps += [(_EQUAL, many - n, 0, number) for n, number in enumerate(refused)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _EPERM)]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(steps), ctypes.addressof(buffer))
    return bool(libc.prctl(_SET_SECCOMP, _FILTER_MODE, program, 0, 0) == 0)
