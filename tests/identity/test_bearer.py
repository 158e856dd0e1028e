"""What lets in whoever holds it."""

import base64

from tracker.identity.bearer import hashed, new_bearer


def test_each_is_256_random_bits_and_its_hash_is_another_string() -> None:
    made = [new_bearer() for _ in range(1000)]
    assert {len(base64.urlsafe_b64decode(each + "=")) for each in made} == {32}
    assert len(set(made)) == 1000
    assert not {hashed(each) for each in made} & set(made)
