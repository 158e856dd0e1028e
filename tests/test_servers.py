"""The servers of the tests are real, answer, and are gone when their block ends."""

import psycopg
import pytest
import redis

from tests.servers import postgres, valkey


def test_a_postgresql_answers_and_is_gone_afterwards() -> None:
    with postgres() as server:
        address = f"host=127.0.0.1 port={server.port} user=postgres dbname=postgres"
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=2)


def test_a_valkey_answers_and_is_gone_afterwards() -> None:
    with valkey() as url, redis.Redis.from_url(url) as client:
        assert client.ping()
    with redis.Redis.from_url(url) as client, pytest.raises(redis.ConnectionError):
        client.ping()
