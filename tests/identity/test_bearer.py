"""What lets in whoever holds it: as random as is said, and kept as something else."""

import base64

from sqlalchemy import select

from tests.builders import RECORDED_AT
from tracker.identity import code_apps, recovery_codes, tables
from tracker.identity.bearer import hashed, new_bearer
from tracker.kit.db import Database


def test_each_is_256_random_bits_and_its_hash_is_another_string() -> None:
    made = [new_bearer() for _ in range(1000)]
    assert {len(base64.urlsafe_b64decode(each + "=")) for each in made} == {32}
    assert len(set(made)) == 1000
    assert not {hashed(each) for each in made} & set(made)


def test_a_recovery_code_has_120_random_bits(db: Database) -> None:
    with db.write() as tx:
        made = [code for number in range(20) for code in recovery_codes.renew(tx, f"person-{number}")]
        kept = set(tx.execute(select(tables.recovery_codes.c.code_hash)).scalars())
    drawn = {base64.b32decode(code.replace("-", "").upper()) for code in made}
    assert ({len(each) for each in drawn}, len(drawn)) == ({15}, 200)
    assert kept == {hashed(code.replace("-", "")) for code in made}


def test_the_key_of_an_app_has_160_random_bits(db: Database) -> None:
    with db.write() as tx:
        made = {code_apps.begin(tx, f"person-{number}", "a secret", RECORDED_AT) for number in range(100)}
    assert ({len(base64.b32decode(each)) for each in made}, len(made)) == ({20}, 100)
