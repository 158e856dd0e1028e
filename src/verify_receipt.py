"""`verify-receipt FILE`: checks a receipt or a consistency proof of the follow-up tracker, offline.

A program of its own: this one file and Python, nothing else, no network, nothing of the tracker. It reads what the proof
says, computes every hash anew (RFC 6962), and checks the signatures (Ed25519, RFC 8032) of the checkpoint (C2SP
signed-note). Exit code 0: what is said holds. 1: it does not. 2: the file is no such proof.

What it cannot know is whose key it is. Give the key that you were told by another way: `--key NAME+HASH+KEY`.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

RECEIPT, CONSISTENCY = "follow-up-tracker receipt 1", "follow-up-tracker consistency 1"
EVENT: dict[str, Any] = {
    "position": int, "event_id": str, "stream_id": str, "stream_version": int, "event_type": str,
    "schema_version": int, "actor_id": str, "command_id": str, "correlation_id": str,
    "causation_id": (str, type(None)), "effective_at": str, "recorded_at": str, "body": str, "metadata": str,
}  # fmt: skip
Point = tuple[int, int, int, int]
Key = tuple[str, bytes, bytes]
"""Name, hash and public key."""
SIGNATURE = re.compile("\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)")

# Ed25519, RFC 8032 section 5.1: the curve −x² + y² = 1 + d x² y² over the integers modulo P.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


class Wrong(Exception):
    """The proof does not hold; says why."""


class Unreadable(Exception):
    """The file is no proof; says why."""


def _add(a: Point, b: Point) -> Point:
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point = _add(point, point)
        number >>= 1
    return found


def _same(a: Point, b: Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def _point(text: bytes) -> Point | None:
    """The point in 32 bytes, None if there is none."""
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * ROOT % P
    if x * x % P != xx or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_signature(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether this is the signature of the text by the key (RFC 8032 section 5.1.7)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if BASE is None or a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % L
    return _same(_times(s, BASE), _add(r, _times(h, a)))


def node(left: bytes, right: bytes) -> bytes:
    """The hash above two hashes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_by_inclusion(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root to which a path leads (RFC 9162 section 2.1.3.2), None if it is no path."""
    if not 0 <= index < size:
        return None
    number, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if number & 1 or number == last:
            found = node(each, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node(found, each)
        number, last = number >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(old: int, size: int, old_root: bytes, new_root: bytes, path: list[bytes]) -> bool:
    """Whether the one tree began as the other (RFC 9162 section 2.1.4.2)."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == new_root
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    number, last = old - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            before, after = node(each, before), node(each, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node(after, each)
        number, last = number >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def read_key(text: str) -> Key:
    """(name, hash, public key) of a key such as `name+a1b2c3d4+AXh5…`."""
    name, _, rest = text.strip().partition("+")
    given, _, encoded = rest.partition("+")
    blob = _base64(encoded, "a key")
    if not name or len(blob) != 33 or blob[0] != 1:
        raise Unreadable("it holds a key that is none")
    found = hashlib.sha256(name.encode() + b"\n" + blob).digest()[:4]
    if found.hex() != given:
        raise Wrong("a key was changed: its parts do not fit each other")
    return name, found, blob[1:]


def read_note(text: str) -> tuple[str, str, int, bytes, list[str]]:
    """(signed text, origin, size, root, signature lines) of a checkpoint."""
    head, parted, tail = text.partition("\n\n")
    lines = head.split("\n")
    if not parted or len(lines) != 3 or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
        raise Unreadable("its checkpoint is none")
    found = _base64(lines[2], "the root of the checkpoint")
    if len(found) != 32:
        raise Unreadable("the root of its checkpoint is no hash")
    return head + "\n", lines[0], int(lines[1]), found, tail.removesuffix("\n").split("\n")


def signed_by(text: str, lines: list[str], key: Key) -> bool:
    """Whether one of the lines is a good signature of the text by the key."""
    name, given, public = key
    for line in lines:
        found = SIGNATURE.fullmatch(line)
        if found is None or found[1] != name:
            continue
        blob = _base64(found[2], "a signature")
        if blob[:4] == given and is_signature(public, text.encode(), blob[4:]):
            return True
    return False


def check_keys(given: Any, wanted: str | None) -> list[Key]:
    """The keys of the log, each introduced by the one before; one must be `wanted` if that is given."""
    if not isinstance(given, list) or not given:
        raise Unreadable("it holds no keys")
    keys: list[Key] = []
    for each in given:
        if not isinstance(each, dict) or not all(isinstance(each.get(k), str) for k in ("key", "introduced")):
            raise Unreadable("it holds a key that is none")
        key = read_key(each["key"])
        words = f"the next key of this log is\n{each['key']}\n"
        if keys and not signed_by(words, [each["introduced"]], keys[-1]):
            raise Wrong(f"nobody introduced the key {key[1].hex()}")
        keys.append(key)
    if wanted is not None and read_key(wanted) not in keys:
        raise Wrong("the key that you gave is none of this log")
    return keys


def check_note(text: Any, keys: list[Key]) -> tuple[str, int, bytes]:
    """(origin, size, root) of a checkpoint that a key of the log signed."""
    if not isinstance(text, str):
        raise Unreadable("it holds no checkpoint")
    signed, origin, size, root, lines = read_note(text)
    good = [key for key in keys if key[0] == origin and signed_by(signed, lines, key)]
    if not good:
        raise Wrong(f"the checkpoint of {size} events is not signed by a key of the log {origin}")
    return origin, size, root


def leaf_of(event: Any) -> bytes:
    """The hash of an event (RFC 6962): over its canonical envelope (RFC 8785), which holds body and metadata by hash."""
    if not isinstance(event, dict) or set(event) != set(EVENT):
        raise Unreadable("its event does not have the fields that an event has")
    for name, kind in EVENT.items():
        if not isinstance(event[name], kind) or isinstance(event[name], bool):
            raise Unreadable(f"the field {name} of its event is none")
    envelope = {name: value for name, value in event.items() if name not in ("body", "metadata")}
    for name in ("body", "metadata"):
        envelope[f"{name}_sha256"] = hashlib.sha256(event[name].encode()).hexdigest()
    text = json.dumps(envelope, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def check_receipt(proof: dict[str, Any], wanted: str | None) -> str:
    """Words that say what holds. Raises `Wrong` or `Unreadable`."""
    _exactly(proof, "format", "event", "inclusion", "checkpoint", "keys")
    keys = check_keys(proof["keys"], wanted)
    origin, size, root = check_note(proof["checkpoint"], keys)
    event = proof["event"]
    leaf = leaf_of(event)
    if root_by_inclusion(leaf, event["position"] - 1, size, _path(proof["inclusion"])) != root:
        raise Wrong(f"this event is not at position {event['position']} of the log that was sealed")
    return (
        f"Position {event['position']} of the log {origin} is {event['event_type']} on {event['stream_id']}, recorded "
        f"{event['recorded_at']}; so says the signed checkpoint of {size} events."
    )


def check_consistency(proof: dict[str, Any], wanted: str | None) -> str:
    """Words that say what holds. Raises `Wrong` or `Unreadable`."""
    _exactly(proof, "format", "older", "newer", "consistency", "keys")
    keys = check_keys(proof["keys"], wanted)
    origin, old, old_root = check_note(proof["older"], keys)
    other, size, root = check_note(proof["newer"], keys)
    if origin != other:
        raise Wrong(f"the checkpoints are of two logs, {origin} and {other}")
    if not is_consistent(old, size, old_root, root, _path(proof["consistency"])):
        raise Wrong(f"the {size} events do not begin with the {old} events that were sealed before")
    return (
        f"The log {origin} of {size} events begins with the {old} events of the older checkpoint, unchanged."
    )


def check(text: str, wanted: str | None = None) -> str:
    """What holds, in words. Raises `Wrong` if it does not hold, `Unreadable` if it is no proof."""
    try:
        proof = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is no JSON, or was cut short ({error})") from None
    kinds = {RECEIPT: check_receipt, CONSISTENCY: check_consistency}
    known = kinds.get(str(proof.get("format"))) if isinstance(proof, dict) else None
    if known is None:
        raise Unreadable("it is neither a receipt nor a consistency proof that this program knows")
    return known(proof, wanted)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands there twice")
    return dict(pairs)


def _exactly(proof: dict[str, Any], *names: str) -> None:
    if set(proof) != set(names):
        raise Unreadable("it lacks a part, or has one that this program does not know")


def _path(given: Any) -> list[bytes]:
    if not isinstance(given, list) or len(given) > 128:
        raise Unreadable("its path of hashes is none")
    path = [_base64(each, "a hash of its path") for each in given]
    if any(len(each) != 32 for each in path):
        raise Unreadable("a hash of its path is none")
    return path


def _base64(text: Any, what: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        found = b""
    if base64.b64encode(found).decode() != text:
        raise Unreadable(f"{what} is not written as it should be")
    return found


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(
        prog="verify-receipt",
        description="Checks receipts and consistency proofs of the follow-up tracker, offline.",
        epilog="Example: verify-receipt --key follow-up-tracker/1c9f…+a1b2c3d4+AXh5… receipt.json",
    )
    parser.add_argument("file", nargs="+", help="a proof; - reads it from the standard input")
    parser.add_argument("--key", help="the key of the log, as you know it from elsewhere")
    parser.add_argument("--json", action="store_true", help="one JSON object a file")
    given = parser.parse_args()
    worst = 0
    for name in given.file:
        try:
            text = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            said, code = check(text.decode(), given.key), 0
        except Wrong as error:
            said, code = f"NOT VALID: {error}.", 1
        except (Unreadable, UnicodeDecodeError, OSError) as error:
            said, code = f"This is no proof: {error}.", 2
        worst = max(worst, code)
        answer = {"file": name, "valid": code == 0, "says": said}
        _say(json.dumps(answer, ensure_ascii=False) if given.json else f"{name}: {said}")
    if given.key is None and worst == 0 and not given.json:
        _say("Whose key signed it, this program cannot know; give --key with the one that you were told.")
    return worst


if __name__ == "__main__":
    sys.exit(main())
