"""Work that happens by itself: Celery carries ids, a sweep finds what a lost message left, the database decides."""
