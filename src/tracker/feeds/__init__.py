"""What happened and what is ahead, for programs that people read with: Atom, calendars, and the list of pages."""
