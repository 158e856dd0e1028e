"""Proves who someone is: links, sessions, second factors, tokens. Knows nothing of what they may do."""
