"""Where on the site what a stream is about can be seen."""


def address_of(stream_id: str) -> tuple[str, ...] | None:
    """The parts of the address at which what the stream is about can be seen."""
    kind, _, key = stream_id.partition("-")
    if kind == "followup":
        recommendation, _, partner = key.rpartition(":")
        return ("follow-ups", recommendation, partner)
    if kind == "focal_points":
        return ("partners", key.rpartition(":")[2])
    if kind == "body":
        return ("meetings",)
    folder = {
        "recommendation": "recommendations",
        "meeting": "meetings",
        "activity": "activities",
        "partner": "partners",
    }
    return (folder[kind], key) if kind in folder else None
