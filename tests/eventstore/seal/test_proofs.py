"""Proofs that leave the tracker: checked by a program that knows nothing of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given as drawn
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

import verify_receipt
from tests.eventstore.ledger import context, given
from tests.eventstore.seal.sealed import grow, installation
from tracker.eventstore.seal import kept, proofs
from tracker.eventstore.store import Write, append
from tracker.kit.db import Database
from tracker.kit.errors import BadInput, NotFound
from tracker.kit.settings import Settings

STEPS = [3, 260, 40]
SIZES = [3, 263, 303]


@pytest.fixture
def log(db: Database, tmp_path: Path) -> tuple[Database, Settings]:
    """A log that was sealed three times."""
    settings = installation(tmp_path / "data")
    db.run(lambda tx: append(tx, [Write("person-ç “quoted” 中文", 0, [given("\u0007 é 中文")])], context()))
    grow(db, settings, [2, *STEPS[1:]])
    return db, settings


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[str, str]:
    """A receipt and a consistency proof as files hold them."""
    folder = tmp_path_factory.mktemp("proofs")
    database = folder / "tracker.db"
    database.write_bytes(sqlite_template.read_bytes())
    db = Database(f"sqlite:///{database}")
    grow(db, installation(folder / "data"), STEPS)
    with db.read() as connection:
        receipt, consistency = proofs.receipt(connection, 200), proofs.consistency(connection, 3, 303)
    db.dispose()
    return as_file(receipt), as_file(consistency)


def as_file(proof: object) -> str:
    """As the command writes it."""
    return msgspec.json.encode(proof).decode()


def test_every_event_has_a_receipt_that_holds_outside(log: tuple[Database, Settings]) -> None:
    db, _ = log
    with db.read() as connection:
        texts = [as_file(proofs.receipt(connection, position)) for position in range(1, 304, 7)]
        key = kept.known_keys(connection)[-1].key.text
    for text in texts:
        assert "so says the signed checkpoint of 303 events" in verify_receipt.check(text, key)


def test_any_two_checkpoints_prove_that_one_grew_out_of_the_other(log: tuple[Database, Settings]) -> None:
    db, _ = log
    for older in SIZES:
        for newer in [size for size in SIZES if size >= older]:
            with db.read() as connection:
                text = as_file(proofs.consistency(connection, older, newer))
            assert f"begins with the {older} events" in verify_receipt.check(text)


@hypothesis(max_examples=200)
@drawn(st.data())
def test_a_proof_with_one_bit_flipped_is_never_valid(files: tuple[str, str], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(files)).encode()
    at, bit = data.draw(st.integers(0, len(text) - 1)), data.draw(st.integers(0, 7))
    flipped = text[:at] + bytes([text[at] ^ 1 << bit]) + text[at + 1 :]
    with pytest.raises((verify_receipt.Wrong, verify_receipt.Unreadable, UnicodeDecodeError)):
        verify_receipt.check(flipped.decode())


@hypothesis(max_examples=50)
@drawn(st.data())
def test_a_proof_that_was_cut_short_is_none(files: tuple[str, str], data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(files))
    with pytest.raises(verify_receipt.Unreadable):
        verify_receipt.check(text[: data.draw(st.integers(0, len(text) - 1))])


@pytest.mark.parametrize("field", ["actor_id", "body", "position", "recorded_at", "stream_id", "metadata"])
def test_a_receipt_of_an_event_that_says_something_else_does_not_hold(
    files: tuple[str, str], field: str
) -> None:
    proof: dict[str, Any] = json.loads(files[0])
    value = proof["event"][field]
    proof["event"][field] = value + (1 if isinstance(value, int) else " ")
    with pytest.raises(verify_receipt.Wrong, match="is not at position"):
        verify_receipt.check(json.dumps(proof))


def test_a_receipt_under_another_key_does_not_hold(files: tuple[str, str]) -> None:
    other = "follow-up-tracker/00+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    with pytest.raises(verify_receipt.Wrong):
        verify_receipt.check(files[0], other)


def test_the_program_runs_without_the_tracker(files: tuple[str, str], tmp_path: Path) -> None:
    program = tmp_path / "verify_receipt.py"
    program.write_text(Path(verify_receipt.__file__).read_text("utf-8"), "utf-8")
    file = tmp_path / "receipt.json"
    file.write_text(files[0], "utf-8")
    command = [sys.executable, "-I", "-S", str(program), "--json", str(file)]
    good = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (good.returncode, json.loads(good.stdout)["valid"]) == (0, True)
    file.write_text(files[0].replace('"tester"', '"jester"'), "utf-8")
    assert subprocess.run(command, capture_output=True, check=False, cwd=tmp_path).returncode == 1
    file.write_text("{}", "utf-8")
    assert subprocess.run(command, capture_output=True, check=False, cwd=tmp_path).returncode == 2


def test_what_is_not_sealed_yet_says_when_it_will_be(log: tuple[Database, Settings]) -> None:
    db, _ = log
    db.run(lambda tx: append(tx, [Write("person-late", 0, [given("late")])], context()))
    with db.read() as connection, pytest.raises(NotFound, match="not sealed yet; it is within"):
        proofs.receipt(connection, 304)


def test_what_is_not_there_has_no_proof(log: tuple[Database, Settings]) -> None:
    db, _ = log
    with db.read() as connection:
        with pytest.raises(NotFound, match="no position 999"):
            proofs.receipt(connection, 999)
        with pytest.raises(NotFound, match="no checkpoint of 4 events"):
            proofs.consistency(connection, 3, 4)
        with pytest.raises(BadInput, match="swap"):
            proofs.consistency(connection, 303, 3)
