"""Proof by the command line: what it prints is checked by a program that knows nothing of the tracker."""

import json

import pytest

import verify_receipt
from tests.cli.conftest import Cli
from tracker.eventstore.seal.keys import new_key
from tracker.kit.settings import settings


@pytest.fixture(autouse=True)
def _key(database_url: str, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server the settings hold the key."""
    if database_url.startswith("postgresql"):
        give(monkeypatch, new_key())


def give(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    """These private keys from now on."""
    monkeypatch.setenv("TRACKER_SEAL_KEY", keys)
    settings.cache_clear()


def test_a_receipt_of_the_command_line_holds_outside(cli: Cli) -> None:
    sealed = cli.json("seal")
    done = cli("receipt", "3")
    assert done.exit_code == 0
    said = verify_receipt.check(done.stdout, cli.json("checkpoint")["keys"][0])
    assert f"so says the signed checkpoint of {sealed['size']} events" in said


def test_a_log_that_was_not_sealed_says_what_to_do(cli: Cli) -> None:
    done = cli("checkpoint")
    assert (done.exit_code, "tracker seal" in done.stderr) == (3, True)


def test_one_checkpoint_grew_out_of_another(cli: Cli) -> None:
    older = cli.json("seal")["size"]
    assert cli("respond", "CMM8-R03", "IDN", "supported").exit_code == 0
    newer = cli.json("seal")["size"]
    proof = cli("consistency", str(older), str(newer))
    assert f"of {newer} events begins with the {older} events" in verify_receipt.check(proof.stdout)


def test_a_new_key_seals_on_and_the_log_verifies(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.json("seal")
    told = cli.json("seal", "--new-key")
    if "key" in told:
        give(monkeypatch, f"{told['key']},{settings().seal_key.get_secret_value()}")
        cli.json("seal")
    assert len(json.loads(cli("checkpoint", "--json").stdout)["keys"]) == 2
    assert cli("verify").exit_code == 0


def test_a_receipt_of_a_position_that_there_is_not_is_refused_in_a_sentence(cli: Cli) -> None:
    cli.json("seal")
    done = cli("receipt", "999999")
    assert (done.exit_code, "no position 999999" in done.stderr) == (3, True)
