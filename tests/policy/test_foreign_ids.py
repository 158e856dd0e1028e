"""What one may not know of is answered as if it did not exist, whether it does or not."""

import random
import string

import pytest

from tests.policy.asking import Asking
from tests.policy.world import KINDS, PUBLIC, RESTRICTED_FILE, World
from tests.web.browser import without_reference
from tracker.identity.bearer import new_bearer
from tracker.kit.ids import new_id

EACH = 40
"""With 30 pairs of route and reader: more than 1,000 ids a database."""
SEED = 20261124
PRIVATE = {
    "/people/{id}": ("focal point", PUBLIC, "auditor"),
    "/people/{id}/grant": ("focal point", "secretariat"),
    "/access/{id}": ("focal point", "secretariat"),
    "/digest/{id}": ("reader", "focal point", "admin"),
    "/digest/{id}/html": ("reader", PUBLIC),
    "/mailbox/{id}": ("focal point", "secretariat"),
    "/mailbox/{id}/html": ("focal point", PUBLIC),
}
SENT = {
    "/people/{id}/disable": ("focal point", "secretariat"),
    "/people/{id}/grant": ("focal point", "secretariat"),
    "/sign-in/{id}": (PUBLIC, "admin"),
    "/account/address/{id}": (PUBLIC, "admin"),
    "/account/address/{id}/cancel": (PUBLIC, "admin"),
}
OPENS = ("/sign-in/", "/account/address/")
TOKENS = {"/sign-in/{id}": (PUBLIC, "admin"), "/account/address/{id}": (PUBLIC, "admin")}


def told(asking: Asking, method: str, path: str, who: str, key: str) -> tuple[object, ...]:
    """All that an answer tells, with the id and what is made anew each time left out."""
    answer = asking.send(who, method, path.replace("{id}", key))
    body = answer.text.replace(key, "ID").replace(key.replace("@", "%40"), "ID")
    kept = {
        name: value for name, value in answer.headers.items() if name not in ("content-length", "set-cookie")
    }
    return answer.status_code, _without_tokens(body), tuple(sorted(kept.items()))


def _without_tokens(body: str) -> str:
    pieces = without_reference(body).split('name="csrf_token" value="')
    return pieces[0] + "".join(piece.partition('"')[2] for piece in pieces[1:])


def keys(chance: random.Random, real: list[str]) -> list[str]:
    """Ids that there are, ids as there might be, and nonsense."""
    nonsense = [
        "".join(chance.choices(string.ascii_letters + string.digits + "-_", k=36)) for _ in range(EACH // 2)
    ]
    return [*real, *nonsense, *(new_id() for _ in range(EACH - len(nonsense)))]


def test_a_thousand_foreign_ids_tell_nothing(world: World, asking: Asking) -> None:
    chance, asked = random.Random(SEED), 0
    for method, table in (("GET", PRIVATE | TOKENS), ("POST", SENT)):
        for path, readers in table.items():
            for who in readers:
                others = [world.people[each] for each in KINDS if each != who]
                real = (
                    [world.words["mail"]]
                    if "mailbox" in path
                    else [new_bearer()]
                    if path.startswith(OPENS)
                    else others
                )
                answers = {told(asking, method, path, who, key) for key in keys(chance, real)}
                asked += EACH + len(real)
                assert len(answers) == 1, (method, path, who, [each[0] for each in answers])
                assert next(iter(answers))[0] in (403, 410)
    assert asked >= 1_000


@pytest.mark.parametrize("who", [PUBLIC, "reader"])
def test_a_receipt_of_another_follow_up_is_none(world: World, asking: Asking, who: str) -> None:
    at, other = "/follow-ups/CMM8-R01/IDN/receipt/", str(world.positions["CMM8-R01", "FRA"])
    answers = set()
    for key in (other, "1", "99999999", other + "0"):
        answer = asking.send(who, "GET", at + key)
        text = answer.text.replace(f"position {key}", "position ID").replace(
            f"receipt%2F{key}", "receipt%2FID"
        )
        answers.add((answer.status_code, _without_tokens(text)))
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1


@pytest.mark.parametrize("who", ["focal point", "secretariat", "auditor"])
def test_a_token_of_somebody_else_is_none(world: World, asking: Asking, who: str) -> None:
    others = [world.own[each]["token"] for each in KINDS if each != who]
    answers = {
        told(asking, "POST", "/account/tokens/{id}/revoke", who, key) for key in (*others, new_id(), new_id())
    }
    assert [status for status, *_ in answers] == [404]


@pytest.mark.parametrize("who", ["focal point", "secretariat", "auditor"])
def test_a_session_of_somebody_else_ends_by_nobody(world: World, asking: Asking, who: str) -> None:
    others = [world.own[each]["session"] for each in KINDS if each != who]
    answers = {
        asking.send(who, "POST", "/account/sessions/end", {"session": key}).headers["location"]
        for key in (*others, new_id())
    }
    assert answers == {"/account/sessions"}


@pytest.mark.parametrize("who", [PUBLIC, "reader", "other focal point"])
def test_a_file_that_one_may_not_see_is_none(asking: Asking, who: str) -> None:
    at = "/follow-ups/CMM8-R01/IDN/evidence/{id}"
    answers = {told(asking, "GET", at, who, key) for key in (RESTRICTED_FILE, "c" * 64, "nonsense")}
    assert [status for status, *_ in answers] == [404]
