"""Where what a stream is about can be seen."""

FOLDERS = {
    "recommendation": "recommendations",
    "meeting": "meetings",
    "activity": "activities",
    "partner": "partners",
}


def address_of(stream_id: str) -> tuple[str, ...] | None:
    """The parts of the address at which what the stream is about can be seen, None where there is no such page."""
    kind, _, key = stream_id.partition("-")
    if kind == "followup":
        recommendation, _, partner = key.rpartition(":")
        return ("follow-ups", recommendation, partner)
    if kind == "focal_points":
        return ("partners", key.rpartition(":")[2])
    return (FOLDERS[kind], key) if kind in FOLDERS else None
