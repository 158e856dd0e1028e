"""Stands in for `valkey-cli -a PASSWORD --no-auth-warning ping`; the port comes first."""

import sys

import redis

port, _, password, _, command = sys.argv[1:]
with redis.Redis(port=int(port), password=password) as client:
    print("PONG" if command == "ping" and client.ping() else "", flush=True)
