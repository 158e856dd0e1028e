"""Tools that know nothing of the domain: settings, database, clock, errors, ids, text."""
