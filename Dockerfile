# The tracker as an image, from the locked dependencies. `docker compose build` makes it.
FROM python:3.13.7-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /opt/tracker
COPY requirements/run.lock requirements/
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements/run.lock
COPY pyproject.toml LICENSE README.md alembic.ini ./
COPY migrations migrations
COPY seed seed
COPY workers workers
COPY src src
# Compiled now: the root file system is read-only later, and every start and health check would compile again.
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && python -m compileall -q src workers seed \
 && useradd --uid 10001 --no-create-home tracker \
 && install -d -o tracker -g tracker -m 0700 /var/lib/tracker /var/lib/tracker-files
ENV TRACKER_DATA_DIR=/var/lib/tracker
USER 10001:10001
EXPOSE 8018
CMD ["tracker", "serve"]
