"""The tree, held against RFC 6962's own definitions, written down as they stand, and its published example."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import verify_receipt
from tracker.eventstore.seal import merkle

SIZES = st.integers(1, 300)
EXAMPLE = [bytes.fromhex(each) for each in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
"""Of certificate-transparency-go, merkletree tests: roots of the first so many of the example's entries."""


def leaves(size: int) -> list[bytes]:
    """Leaf hashes, each another one."""
    return [hashlib.sha256(b"\0" + number.to_bytes(4)).digest() for number in range(size)]


def mth(of: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, over leaf hashes."""
    if len(of) == 1:
        return of[0]
    k = max(2**n for n in range(20) if 2**n < len(of))
    return hashlib.sha256(b"\x01" + mth(of[:k]) + mth(of[k:])).digest()


def path(m: int, of: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.1."""
    if len(of) == 1:
        return []
    k = max(2**n for n in range(20) if 2**n < len(of))
    return [*path(m, of[:k]), mth(of[k:])] if m < k else [*path(m - k, of[k:]), mth(of[:k])]


def subproof(m: int, of: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.2."""
    if m == len(of):
        return [] if whole else [mth(of)]
    k = max(2**n for n in range(20) if 2**n < len(of))
    if m <= k:
        return [*subproof(m, of[:k], whole), mth(of[k:])]
    return [*subproof(m - k, of[k:], False), mth(of[:k])]


@pytest.mark.parametrize("size", ROOTS)
def test_the_roots_are_those_of_the_published_example(size: int) -> None:
    hashed = [hashlib.sha256(b"\0" + each).digest() for each in EXAMPLE[:size]]
    assert merkle.root(hashed).hex() == ROOTS[size]


@given(SIZES)
def test_the_root_is_that_of_the_definition(size: int) -> None:
    assert merkle.root(leaves(size)) == mth(leaves(size))


@given(SIZES, st.data())
def test_a_path_is_that_of_the_definition_and_leads_to_the_root(size: int, data: st.DataObject) -> None:
    index, of = data.draw(st.integers(0, size - 1)), leaves(size)
    found = merkle.inclusion(index, size, lambda start, end: mth(of[start:end]))
    assert found == path(index, of)
    assert merkle.root_by_inclusion(of[index], index, size, found) == mth(of)
    assert verify_receipt.root_by_inclusion(of[index], index, size, found) == mth(of)


@given(SIZES, st.data())
def test_a_consistency_proof_is_that_of_the_definition_and_holds(size: int, data: st.DataObject) -> None:
    old, of = data.draw(st.integers(1, size)), leaves(size)
    found = merkle.consistency(old, size, lambda start, end: mth(of[start:end]))
    assert found == subproof(old, of, True)
    for check in (merkle.is_consistent, verify_receipt.is_consistent):
        assert check(old, size, mth(of[:old]), mth(of), found)


@given(st.integers(2, 64), st.data())
def test_no_altered_path_leads_to_the_root(size: int, data: st.DataObject) -> None:
    index, of = data.draw(st.integers(0, size - 1)), leaves(size)
    found = merkle.inclusion(index, size, lambda start, end: mth(of[start:end]))
    at = data.draw(st.integers(0, len(found) - 1))
    other = data.draw(st.sampled_from(["flipped", "missing", "twice", "other place"]))
    altered = {
        "flipped": [*found[:at], bytes([found[at][0] ^ 1]) + found[at][1:], *found[at + 1 :]],
        "missing": found[:at] + found[at + 1 :],
        "twice": [*found[:at], found[at], *found[at:]],
        "other place": found,
    }[other]
    place = (index + 1) % size if other == "other place" else index
    for check in (merkle.root_by_inclusion, verify_receipt.root_by_inclusion):
        assert check(of[index], place, size, altered) != mth(of)


@given(st.integers(2, 64), st.data())
def test_no_altered_consistency_proof_holds(size: int, data: st.DataObject) -> None:
    old, of = data.draw(st.integers(1, size - 1)), leaves(size)
    found = merkle.consistency(old, size, lambda start, end: mth(of[start:end]))
    at = data.draw(st.integers(0, len(found) - 1))
    altered = data.draw(st.sampled_from([
        [*found[:at], bytes([found[at][0] ^ 1]) + found[at][1:], *found[at + 1 :]],
        found[:at] + found[at + 1 :],
        [*found[:at], found[at], *found[at:]],
    ]))  # fmt: skip
    for check in (merkle.is_consistent, verify_receipt.is_consistent):
        assert not check(old, size, mth(of[:old]), mth(of), altered)
        assert not check(old, size, mth(of[:old]), mth(of[:-1]), found)


def test_a_leaf_that_is_not_there_has_no_path() -> None:
    with pytest.raises(ValueError, match="no leaf 5"):
        merkle.inclusion(5, 5, lambda start, end: b"")
