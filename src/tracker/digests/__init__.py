"""Who is due a digest, composing it, sending it once."""
