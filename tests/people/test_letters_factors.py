"""The mails about second factors say what was done, and hold no link that signs in."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.builders import RECORDED_AT, put_person
from tracker.identity.tables import sign_in_links
from tracker.kit.db import Database
from tracker.kit.settings import Settings
from tracker.people import letters
from tracker.people.tables import letters as rows


@pytest.mark.parametrize(
    ("purpose", "facts", "said"),
    [
        ("factor_added", {"kind": "passkey"}, "You set up a passkey"),
        ("factor_removed", {"kind": "code_app"}, "You removed an app for codes"),
        ("codes_made", {}, "new recovery codes"),
        ("recovery_code_used", {"left": 9}, "9 are left"),
        ("recovery_asked", {}, "Two people must approve"),
        ("factors_reset", {}, "signed out everywhere"),
    ],
)
def test_a_mail_says_what_was_done(
    db: Database, tmp_path: Path, purpose: str, facts: dict[str, object], said: str
) -> None:
    with db.write() as tx:
        person_id = put_person(tx, "office@example.org")
        letters.put(tx, purpose, RECORDED_AT, person_id=person_id, facts=facts)
        letter_id = tx.execute(select(rows.c.id)).scalar_one()
        letter = letters.written(tx, letter_id, RECORDED_AT, Settings(data_dir=tmp_path))
        assert tx.execute(select(func.count()).select_from(sign_in_links)).scalar_one() == 0
    assert letter is not None
    assert letter.to == "office@example.org"
    assert said in " ".join(letter.text.split())
    assert "If it was not you" in " ".join(letter.text.split())
