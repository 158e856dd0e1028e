"""Composes the web application: the toolkit, every feature's pages, and nothing else."""

import logging

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tracker import wiring  # noqa: F401
from tracker.audit import api as audit_api
from tracker.audit import api_seal
from tracker.audit import pages as audit
from tracker.digests import pages as digests
from tracker.feeds import pages as feeds
from tracker.followers import pages as followers
from tracker.followups import api as followups_api
from tracker.followups import pages as followups
from tracker.kit.clock import Clock, utc_now
from tracker.kit.db import Database
from tracker.kit.errors import TrackerError
from tracker.kit.secret import secret_of
from tracker.kit.settings import Settings, networks, read_settings
from tracker.meetings import api as meetings_api
from tracker.meetings import pages as meetings
from tracker.metrics import api as metrics_api
from tracker.metrics import pages as metrics
from tracker.migrate import check_version
from tracker.people import api as people_api
from tracker.people import pages as people
from tracker.people import refusals
from tracker.people.calling import AnyCaller
from tracker.people.keeping import keep_refused
from tracker.recommendations import api as recommendations_api
from tracker.recommendations import pages as recommendations
from tracker.search import api as search_api
from tracker.search import pages as search
from tracker.web import problems
from tracker.web.answers import COMPONENTS, answer
from tracker.web.guard import BodyLimit, Head, Headers
from tracker.web.hosts import Hosts
from tracker.web.proxies import Proxies
from tracker.web.render import STATIC
from tracker.web.site import Site, site_of

log = logging.getLogger(__name__)
SMALLEST_ZIPPED = 1_000


def create_app(
    settings: Settings | None = None, database: Database | None = None, clock: Clock = utc_now
) -> FastAPI:
    """The application of one web process; without arguments, of the settings of this process."""
    given = settings or read_settings()
    database = database or Database(given.database)
    app = FastAPI(title="Follow-up tracker", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site(database, given, secret_of(given), clock)
    problems.install(app, keep=keep_refused, refused=refusals.note)
    for feature in (
        metrics,
        search,
        followups,
        recommendations,
        meetings,
        people,
        feeds,
        followers,
        digests,
        audit,
    ):
        app.include_router(feature.router)
    for interface in (
        people_api,
        meetings_api,
        recommendations_api,
        followups_api,
        search_api,
        metrics_api,
        audit_api,
        api_seal,
    ):
        app.include_router(interface.router)
    app.add_api_route("/api/v1/openapi.json", _described, include_in_schema=False)
    app.add_api_route("/healthz", _alive, include_in_schema=False)
    app.add_api_route("/readyz", _ready, include_in_schema=False)
    app.mount("/static", Static(directory=STATIC))
    # The last one added stands first.
    app.add_middleware(GZipMiddleware, minimum_size=SMALLEST_ZIPPED)
    app.add_middleware(Head)
    app.add_middleware(BodyLimit, refuse=problems.unread, with_files=followups.WITH_FILES)
    app.add_middleware(Hosts, settings=given, refuse=problems.problem)
    app.add_middleware(Proxies, trusted=networks(given.trusted_proxies), refuse=problems.problem)
    app.add_middleware(Headers, secure=app.state.site.secure)
    return app


class Static(StaticFiles):
    """Files whose address changes with their content, so that a browser may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """As Starlette, with a long life."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _described(visit: AnyCaller) -> Response:
    """The interface for programs, as OpenAPI describes it."""
    described = visit.request.app.openapi()
    described["components"].setdefault("schemas", {}).update(COMPONENTS)
    return answer(described)


def _alive() -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


def _ready(request: Request) -> Response:
    """The process can do its work: the database answers and is of this program's version."""
    try:
        check_version(site_of(request).database)
    except (TrackerError, SQLAlchemyError) as error:
        log.warning("not ready: %s", error)
        return PlainTextResponse("not ready\n", 503)  # to anybody; the log says why
    return PlainTextResponse("ready\n")
