# syntax=docker/dockerfile:1
# Kinobase as an image: one for every job; compose.yaml says which command each service runs.
# The first stage builds; the second has Python, the installed packages, and nothing to build with.

FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
RUN python -m venv /opt/kinobase
# The packages change seldom, so they are a layer of their own; wheels only, so no compiler is needed.
COPY locks/run.txt locks/
RUN /opt/kinobase/bin/pip install --require-hashes --only-binary :all: --requirement locks/run.txt
COPY setup.cfg pyproject.toml README.md LICENSE ./
COPY expectations expectations
COPY normalize normalize
COPY migrations migrations
COPY index index
COPY api api
RUN /opt/kinobase/bin/pip install --no-deps . && /opt/kinobase/bin/pip uninstall --yes pip

FROM python:3.13-slim-bookworm
# The number is stated so that volumes can be owned by it.
RUN python -m pip uninstall --yes --no-cache-dir pip \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin kinobase \
    && install --directory --owner kinobase --group kinobase /srv/kinobase/var/reports /srv/kinobase/var/imdb
COPY --from=build /opt/kinobase /opt/kinobase
COPY deploy/alembic.ini /srv/kinobase/
ENV PATH=/opt/kinobase/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Here `alembic upgrade head` finds alembic.ini, and the reports are in var/reports.
WORKDIR /srv/kinobase
USER 10001:10001
EXPOSE 8000
# Python's own client, for there is no curl. Alive, not ready: a container is not to be replaced because a server is away.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--factory", "--workers", "2", "--blocking-threads", "4", "--workers-kill-timeout", "25", "--respawn-failed-workers", "--host", "0.0.0.0", "--port", "8000", "api:create_app"]
