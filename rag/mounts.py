"""Whether a folder lies on another machine, by what the system says is mounted where."""

from __future__ import annotations

import os
import re
from pathlib import Path

from rag.errors import LibraryError

MOUNTINFO = Path("/proc/self/mountinfo")
# By the kernel's names, and those of FUSE's programs (fuse.sshfs).
_NETWORK = frozenset(
    "nfs nfs3 nfs4 cifs smb2 smb3 smbfs smb afs auristorfs ceph coda glusterfs gpfs lustre beegfs"
    " orangefs pvfs2 ocfs2 gfs2 ncpfs davfs davfs2 9p sshfs rclone s3fs gcsfuse goofys mount-s3"
    " mountpoint-s3 curlftpfs smbnetfs ceph-fuse cephfs juicefs seaweedfs moosefs mfs lizardfs"
    " hdfs fuse_dfs gvfsd-fuse blobfuse blobfuse2 httpfs httpdirfs ftpfs onedriver"
    " google-drive-ocamlfuse vmhgfs vmhgfs-fuse vboxsf prl_fs".split()
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def mounted(path: Path, mountinfo: str) -> tuple[str, str]:
    r"""Return (type of the file system, what is mounted) where a path lies; empty when unknown.

    The longest mount point that the path lies under counts, and of those mounted on the same point
    the last one.

    >>> table = "1 0 0:1 / / rw - ext4 /dev/a rw\n2 1 0:2 / /mnt/a\\040b rw - nfs4 host:/x rw"
    >>> mounted(Path("/mnt/a b/library"), table), mounted(Path("/mnt/a"), table)
    (('nfs4', 'host:/x'), ('ext4', '/dev/a'))
    """
    best, found = -1, ("", "")
    for line in mountinfo.splitlines():
        head, mark, tail = line.partition(" - ")
        fields, kinds = head.split(" "), tail.split(" ")
        if not mark or len(fields) < 5 or len(kinds) < 2:
            continue
        point = _plain(fields[4])
        if _under(str(path), point) and len(point) >= best:
            best, found = len(point), (kinds[0], _plain(kinds[1]))
    return found


def _plain(escaped: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 8)), escaped)


def _under(path: str, point: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


def refuse_network_folder(directory: Path, mountinfo: str | None = None) -> None:
    """Refuse a library's directory that lies on another machine.

    Args:
        directory: it need not be there yet; links are followed.
        mountinfo: the system's table of what is mounted, instead of ``/proc/self/mountinfo``.

    Raises:
        LibraryError: it does; locks and shared memory of SQLite do not work across machines.
    """
    if mountinfo is None:
        try:
            mountinfo = MOUNTINFO.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return  # no Linux, and nobody to ask
    real = Path(os.path.realpath(directory))
    kind, source = mounted(real, mountinfo)
    bare = kind.removeprefix("fuse.").removeprefix("fuseblk.")
    # A sandbox whose whole disk is handed in by 9p has one kernel, and no other disk.
    if bare not in _NETWORK or (kind == "9p" and mounted(Path("/"), mountinfo)[0] == "9p"):
        return
    raise LibraryError(
        f"{directory} lies on a network folder ({kind}, {source}): a library must be on a disk of"
        " this machine, because the locks and the shared memory that keep several processes from"
        " damaging it do not work over a network.",
        "Name a local folder with --library. Documents may stay on the network folder; to share a"
        " library, run `vouch serve` on the machine that has it, or copy it with `vouch backup`.",
    )
