"""Sealing: by itself, once for each state of the log, with the log's own key and none other, never a fork."""

import base64
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr
from sqlalchemy import delete, func, select, text

from tests.eventstore.ledger import WHEN
from tests.eventstore.seal.sealed import grow, installation, rewrite, seal_now, unguard
from tracker.eventstore.seal import kept
from tracker.eventstore.seal.check import check
from tracker.eventstore.seal.copy import copy_of
from tracker.eventstore.seal.keys import add_key, new_key, private_keys
from tracker.eventstore.seal.merkle import root
from tracker.eventstore.seal.notes import read_key, read_note, signed_at
from tracker.eventstore.seal.sealer import seal
from tracker.eventstore.seal.tables import checkpoints, merkle_nodes
from tracker.eventstore.tables import events
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, SetupError, Tampered


def test_a_checkpoint_is_signed_over_the_root_of_all_leaves(db: Database, tmp_path: Path) -> None:
    settings = installation(tmp_path)
    grow(db, settings, [5, 300])
    with db.read() as connection:
        note = kept.newest(connection)
        leaves = connection.execute(select(events.c.leaf_hash).order_by(events.c.position)).scalars().all()
        key = kept.known_keys(connection)[0].key
    assert note is not None
    assert (note.checkpoint.size, note.checkpoint.root) == (305, root([bytes(each) for each in leaves]))
    assert note.is_signed_by(key)
    assert copy_of(settings).hashes(0, 999) == [bytes(each) for each in leaves]
    assert [each.checkpoint.size for each in copy_of(settings).notes()] == [5, 305]


def test_a_log_that_did_not_move_is_sealed_once(db: Database, tmp_path: Path) -> None:
    settings = installation(tmp_path)
    grow(db, settings, [3])
    seal_now(db, settings)
    with db.read() as connection:
        assert connection.execute(select(func.count()).select_from(checkpoints)).scalar() == 1
    assert len(copy_of(settings).notes()) == 1


def test_an_empty_log_is_not_sealed(db: Database, tmp_path: Path) -> None:
    private, copy = private_keys(installation(tmp_path)), copy_of(installation(tmp_path))
    assert db.run(lambda tx: seal(tx, private, copy, WHEN)) is None


def test_many_sealers_at_once_leave_one_checkpoint(db: Database, tmp_path: Path) -> None:
    settings = installation(tmp_path)
    grow(db, settings, [3])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: seal_now(db, settings), range(8)))
    with db.read() as connection:
        assert connection.execute(select(func.count()).select_from(checkpoints)).scalar() == 1
        assert check(connection, settings).findings == []


def test_a_log_that_was_rewritten_is_not_sealed(db: Database, tmp_path: Path) -> None:
    settings = installation(tmp_path)
    grow(db, settings, [300])
    with db.write() as tx:
        unguard(tx)
        rewrite(tx, lambda rows: [rows[0], rows[1] | {"actor_id": "x"}, *rows[2:]])
        tx.execute(delete(merkle_nodes))
    with pytest.raises(Tampered, match="does not begin as the checkpoint of 300 events says"):
        grow(db, settings, [1])


def test_a_new_key_is_introduced_by_the_old_one_and_both_are_believed(db: Database, tmp_path: Path) -> None:
    settings = installation(tmp_path)
    grow(db, settings, [3])
    assert add_key(settings) is None
    grow(db, settings, [4])
    with db.read() as connection:
        first, second = kept.known_keys(connection)
        assert check(connection, settings).findings == []
        assert kept.of_size(connection, 7).is_signed_by(second.key)
    assert second.follows(first.key)


def test_a_key_that_nobody_introduces_does_not_seal(db: Database, tmp_path: Path) -> None:
    grow(db, installation(tmp_path / "a"), [3])
    with pytest.raises(SetupError, match="sealed by another key"):
        grow(db, installation(tmp_path / "b"), [1])


def test_a_key_that_was_replaced_does_not_come_back(db: Database, tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    settings = installation(tmp_path)
    for keys in (old, f"{new},{old}"):
        grow(db, settings.model_copy(update={"seal_key": SecretStr(keys)}), [2])
    with pytest.raises(SetupError, match="was replaced by"):
        grow(db, settings.model_copy(update={"seal_key": SecretStr(old)}), [2])


def test_a_server_without_a_key_seals_nothing_and_makes_none(tmp_path: Path) -> None:
    settings = installation(tmp_path).model_copy(update={"database_url": "postgresql+psycopg://x/y"})
    assert (settings.seals, private_keys(settings), list(tmp_path.iterdir())) == (False, [], [])


def test_what_is_no_key_says_how_to_make_one(tmp_path: Path) -> None:
    settings = installation(tmp_path).model_copy(update={"seal_key": SecretStr("secret")})
    with pytest.raises(SetupError, match="tracker seal --new-key"):
        private_keys(settings)


def test_the_key_and_the_copy_are_for_the_owner_alone(db: Database, tmp_path: Path) -> None:
    settings = installation(tmp_path / "data")
    grow(db, settings, [3])
    for file in (tmp_path / "data" / "seal_key", copy_of(settings).leaves, copy_of(settings).checkpoints):
        assert os.stat(file).st_mode & 0o077 == 0


def test_what_a_cut_of_the_power_left_half_written_is_written_again(db: Database, tmp_path: Path) -> None:
    settings = installation(tmp_path)
    grow(db, settings, [3])
    with copy_of(settings).leaves.open("ab") as file:
        file.write(b"half a hash")
    grow(db, settings, [3])
    with db.read() as connection:
        assert check(connection, settings).findings == []


@pytest.mark.parametrize(
    "verb", ["UPDATE checkpoints SET note = ''", "DELETE FROM merkle_nodes", "DELETE FROM seal_keys"]
)
def test_seals_only_grow(db: Database, tmp_path: Path, verb: str) -> None:
    grow(db, installation(tmp_path), [260])
    with pytest.raises(Exception, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(verb))


def test_a_note_is_as_others_write_and_read_it() -> None:
    """The example of C2SP signed-note: the Go checksum database signs with this key."""
    key = read_key("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    assert (key.name, key.id) == ("sum.golang.org", "033de0ae")


@pytest.mark.parametrize(
    "bad", ["", "x", "a+b+c", "name+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
)
def test_what_is_no_public_key_is_refused(bad: str) -> None:
    with pytest.raises(BadInput):
        read_key(bad)


@pytest.mark.parametrize(
    "bad", ["", "origin\n1\n", "origin\n01\nAAAA\n\n— x AAAA\n", "origin\n1\nAAAA\n\n— x AAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(bad: str) -> None:
    with pytest.raises(BadInput, match="no checkpoint"):
        read_note(bad)


def test_a_signature_of_something_else_is_none() -> None:
    private = Ed25519PrivateKey.generate()
    from tracker.eventstore.seal.notes import Signer

    signer = Signer("log", private)
    line = signer.sign("text\n")
    assert signed_at("text\n", line, signer.key)
    assert signed_at("other\n", line, signer.key) is None
    assert signed_at("text\n", f"\u2014 log {base64.b64encode(b'short').decode()}", signer.key) is None
