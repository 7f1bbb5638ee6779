"""A library on a network folder is refused, whatever stands between it and the mount point."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import mounts
from rag.errors import LibraryError
from rag.ledger import Ledger
from rag.mounts import mounted, refuse_network_folder

TABLE = r"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
30 27 0:40 / /home rw shared:2 master:3 - nfs4 server:/export/home rw,vers=4.2
31 30 0:41 / /home/ann/disk rw - xfs /dev/sdb1 rw
32 27 0:42 / /mnt/my\040share rw - cifs //server/share rw
33 27 0:43 / /mnt/box rw - fuse.sshfs me@box:/data rw,user_id=0
34 27 0:44 / /mnt/usb rw - fuseblk /dev/sdc1 rw
35 27 0:45 / /mnt/c rw - 9p drvfs rw,dirsync
36 27 0:46 / /mnt/auto rw - autofs systemd-1 rw
37 36 0:47 / /mnt/auto rw - nfs server:/auto rw
38 27 0:48 / /mnt/ram rw - tmpfs tmpfs rw
a broken line
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/ann/library", "nfs4"),
        ("/home", "nfs4"),
        ("/mnt/my share/a/b", "cifs"),
        ("/mnt/box/library", "fuse.sshfs"),
        ("/mnt/c/Users/ann", "9p"),
        ("/mnt/auto/x", "nfs"),
    ],
)
def test_a_network_folder_is_refused_with_the_reason_and_a_hint(place, kind):
    with pytest.raises(LibraryError) as caught:
        refuse_network_folder(Path(place), TABLE)
    assert f"network folder ({kind}, " in caught.value.message
    assert "locks" in caught.value.message
    assert "--library" in caught.value.hint


@pytest.mark.parametrize(
    "place",
    [
        "/",
        "/homework",
        "/home/ann/disk",
        "/home/ann/disk/x",
        "/mnt/usb/x",
        "/mnt/ram/x",
        "/mnt/boxes",
    ],
)
def test_a_disk_of_this_machine_is_not(place):
    refuse_network_folder(Path(place), TABLE)


def test_a_machine_that_is_all_9p_has_no_other_disk():
    table = "1 0 0:1 / / rw - 9p none rw\n2 1 0:2 / /mnt/n rw - nfs host:/x rw\n"
    refuse_network_folder(Path("/root/library"), table)
    with pytest.raises(LibraryError):
        refuse_network_folder(Path("/mnt/n/library"), table)


def test_nothing_known_refuses_nothing():
    assert mounted(Path("/a"), "") == ("", "")
    refuse_network_folder(Path("/a"), "")


def test_every_way_to_open_a_library_is_refused_also_by_a_link(tmp_path, monkeypatch):
    share = tmp_path / "share"
    share.mkdir()
    (tmp_path / "link").symlink_to(share)
    table = tmp_path / "mountinfo"
    table.write_text(f"1 0 0:1 / / rw - ext4 /dev/a rw\n2 1 0:2 / {share} rw - nfs4 host:/x rw\n")
    monkeypatch.setattr(mounts, "MOUNTINFO", table)
    for place in (share / "library", tmp_path / "link" / "library"):
        with pytest.raises(LibraryError, match="network folder"):
            Ledger(place)
    assert list(share.iterdir()) == []
    Ledger(tmp_path / "library").close()
