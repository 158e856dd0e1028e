"""What docker-compose.yml says, with variables put in as compose does and host names as addresses on loopback."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent.parent
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = ("migrate", "web", "worker", "beat")
VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::([?-])([^}]*))?\})")


def put_in(text: str, variables: Mapping[str, str]) -> str:
    """`${NAME}`, `${NAME:-default}`, `${NAME:?refusal}` and `$$`; raises `KeyError` with the refusal."""

    def value(found: re.Match[str]) -> str:
        name, kind, words = found.groups()
        if name is None:
            return "$"
        if variables.get(name):
            return variables[name]
        if kind == "?":
            raise KeyError(f"{name}: {words}")
        return words or ""

    return VARIABLE.sub(value, text)


def read_env(file: Path) -> dict[str, str]:
    """The file `.env`."""
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def seconds(text: str) -> float:
    """A duration such as `30s`."""
    assert text.endswith("s")
    return float(text[:-1])


class Composed:
    """One reading of the file; `places` maps what stands in it (`db:5432`) to what stands for it here, where
    `{service}` is the service's name."""

    def __init__(self, variables: Mapping[str, str], places: Mapping[str, str]) -> None:
        self.variables, self.places = variables, places

    def environment(self, name: str) -> dict[str, str]:
        """The service's variables."""
        given = SERVICES[name].get("environment", {})
        return {key: self._here(name, str(value)) for key, value in given.items()}

    def command(self, name: str) -> list[str]:
        """The service's command."""
        return [self._here(name, word) for word in SERVICES[name]["command"]]

    def health_check(self, name: str) -> tuple[list[str], float]:
        """The check's command, and how long it may take."""
        check = SERVICES[name]["healthcheck"]
        kind, *words = [self._here(name, word) for word in check["test"]]
        return (["sh", "-c", *words] if kind == "CMD-SHELL" else words), seconds(check["timeout"])

    def grace(self, name: str) -> float:
        """How long the service may take to stop."""
        return seconds(SERVICES[name].get("stop_grace_period", "10s"))

    def _here(self, name: str, text: str) -> str:
        text = put_in(text, self.variables)
        for there, here in self.places.items():
            text = text.replace(there, here.format(service=name))
        return text
