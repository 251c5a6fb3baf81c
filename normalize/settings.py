"""Settings: the one place where the environment (or `.env`, or files of secrets) is read; values go out.

Everything else takes a `Settings` or plain values, so that a test or another program can give its own.
"""

import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from normalize.errors import InputError
from normalize.text import is_encoding

ORIGIN = re.compile(r"https?://[^/*?#\s]+")
"""A scheme, a host, perhaps a port, and nothing after them."""

SECRETS = "/run/secrets"
"""Where containers have their secrets, each a file named after its setting in lower case."""

SUPPORTED_DATABASES = ("sqlite", "postgresql+psycopg")


class Settings(BaseSettings):
    """Every setting with its default; the names in the environment are these in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite:///var/kinobase.sqlite", description="The store: sqlite:///path or postgresql+psycopg://…"
    )
    legacy_database: Path | None = Field(
        None, description="A legacy SQLite file, opened read-only; unset: the legacy tables are in DATABASE_URL"
    )
    legacy_merge_same_name: bool = Field(
        default=True, description="Legacy people with the same name are one person; no keeps them apart"
    )
    nothing_words: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="More words for nothing beside N/A and None, separated by commas, such as `-,unknown,нет`"
    )
    legacy_encoding: str | None = Field(
        None,
        description="What legacy text that is not UTF-8 is read as: cp1251, latin-1, … or `replace` (� for each bad "
        "byte); unset: such a file is refused",
    )
    suites_path: Path | None = Field(None, description="A folder of suites to use instead of the built-in ones")
    decisions_path: Path | None = Field(None, description="A filled-in suspects.csv: who is one and who is not")
    reports_path: Path = Field(Path("var/reports"), description="Where each run's report goes")
    report_language: Literal["en", "ru"] = Field("en", description="The language a report opens in: en or ru")
    reports_kept: int = Field(100, ge=1, description="How many runs' reports are kept; the oldest go")
    reports_moved_share: float = Field(
        0.2, ge=0, description="By what share a count may move since the last runs before it is a warning; 0: never"
    )
    notify_command: str | None = Field(None, description="A command to run after each run, with its verdict and report")
    notify_url: str | None = Field(
        None, pattern=r"^https?://", description="A URL to POST each run's verdict and report to, as JSON"
    )
    notify_timeout: float = Field(10.0, gt=0, description="Seconds that a notification may take")
    reports_url: str | None = Field(
        None, pattern=r"^https?://", description="Where REPORTS_PATH is served, for the links in notifications"
    )
    lock_timeout: float = Field(10.0, ge=0, description="Seconds to wait for a locked database")
    connect_timeout: int = Field(
        10, ge=2, description="Seconds to wait for a PostgreSQL server, or a Dask cluster, to answer"
    )
    statement_timeout: float = Field(
        0.0, ge=0, description="Seconds that one PostgreSQL statement may take; 0: as long as it needs"
    )
    elasticsearch_url: str | None = Field(
        None, description="An Elasticsearch, or several of its nodes, separated by commas; unset: the embedded index"
    )
    elasticsearch_api_key: SecretStr | None = Field(None, description="Its API key")
    elasticsearch_ca_certs: Path | None = Field(None, description="The CA that signed its certificate")
    elasticsearch_timeout: float = Field(10.0, gt=0, description="Seconds to wait for one answer of Elasticsearch")
    index_name: str = Field("movies", pattern=r"^[a-z0-9][a-z0-9_.-]*$", description="The alias of the index")
    index_path: Path = Field(Path("var/index"), description="The folder of the embedded index")
    index_read_films: int = Field(5000, ge=1, description="Films read from the store at once")
    index_batch_films: int = Field(1000, ge=1, description="Films in one request to Elasticsearch")
    index_batch_bytes: int = Field(2_000_000, ge=10_000, description="Bytes in one request to Elasticsearch")
    index_senders: int = Field(2, ge=1, le=16, description="Requests to Elasticsearch under way at once")
    index_attempts: int = Field(8, ge=1, description="How often a request is tried before sync gives up")
    index_first_wait: float = Field(0.5, ge=0, description="Seconds before the second try; they grow, with chance")
    index_longest_wait: float = Field(30.0, ge=0, description="The most seconds between two tries")
    index_rate: float = Field(0.0, ge=0, description="Films a second that sync sends at most; 0: as many as it can")
    index_pause: float = Field(0.0, ge=0, description="Seconds that sync pauses between two batches")
    index_poll: float = Field(1.0, gt=0, description="Seconds after which sync --follow looks at the queue anyway")
    index_shards: int = Field(1, ge=1, description="Shards of an index in Elasticsearch, from the next rebuild on")
    index_replicas: int = Field(0, ge=0, description="Replicas of an index in Elasticsearch, from the next rebuild on")
    index_refresh: str = Field(
        "1s", pattern=r"^(-1|\d+(ms|s|m))$", description="How soon Elasticsearch shows what it took in"
    )
    index_alert: str | None = Field(
        None, description="A command, or a URL, that is called when a run fails or films are parked"
    )
    index_figures_seconds: float = Field(
        10.0, ge=0, description="Seconds for which /metrics keeps the figures of the index before it asks again"
    )
    index_golden_queries: Path | None = Field(
        None, description="A file of searches, one a line, that a rebuild must answer as the index before did"
    )
    imdb_base_url: str = Field(
        "https://datasets.imdbws.com/", pattern=r"^https?://", description="Where IMDb's files are fetched from"
    )
    imdb_path: Path = Field(Path("var/imdb"), description="The folder that they are fetched into")
    imdb_attempts: int = Field(8, ge=1, description="How often a file is asked for without progress, before giving up")
    imdb_timeout: float = Field(60.0, gt=0, description="Seconds without a byte after which a connection is broken")
    imdb_alert: str | None = Field(None, description="A command, or a URL, that is called when a load of them fails")
    api_tokens: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Who may write, separated by commas; unset: nobody"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Web pages of which origins may read the API, separated by commas; `*`: any"
    )
    rate_limit: str | None = Field(None, description="What one client may ask, such as 100/minute; unset: anything")
    rate_limit_storage: str = Field(
        "memory://", description="Where requests are counted; memory:// is each process by itself"
    )
    database_pool_size: int = Field(5, ge=1, description="Connections to the store that each process keeps")
    answers_kept_bytes: int = Field(
        32_000_000, ge=0, description="Bytes of answers that each process keeps while the store stays as it is; 0: none"
    )
    elasticsearch_connections: int = Field(10, ge=1, description="Connections to Elasticsearch that each process keeps")
    host: str = Field("127.0.0.1", description="Where the API listens")
    port: int = Field(8000, ge=0, le=65535, description="The port the API listens on")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="The least level logged")
    log_format: Literal["console", "json"] = Field("console", description="Log lines for people or as JSON")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError as error:
            raise ValueError("is no database URL; write sqlite:///path or postgresql+psycopg://…") from error
        if url.drivername not in SUPPORTED_DATABASES:
            raise ValueError(f"has the scheme {url.drivername!r}; known are {', '.join(SUPPORTED_DATABASES)}")
        if url.drivername == "sqlite" and not url.database:
            raise ValueError("names no file; write sqlite:///path/to/file")
        return value

    @field_validator("elasticsearch_url")
    @classmethod
    def _whole_urls(cls, value: str | None) -> str | None:
        for url in () if value is None else value.split(","):
            parts = urlsplit(url.strip())
            if parts.scheme not in ("http", "https") or not parts.hostname or not parts.port:
                raise ValueError("is no URL with scheme, host and port; write http://localhost:9200")
        return value

    @field_validator("nothing_words", "api_tokens", "cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin != "*" and not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin; write https://example.org or http://localhost:3000, or *")
        return value

    @field_validator("legacy_encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None and not is_encoding(value):
            raise ValueError("is no encoding; write one such as cp1251, koi8-r or latin-1, or replace")
        return value

    @field_validator(
        "legacy_database",
        "legacy_encoding",
        "suites_path",
        "decisions_path",
        "notify_command",
        "notify_url",
        "reports_url",
        "elasticsearch_url",
        "elasticsearch_api_key",
        "index_alert",
        "index_golden_queries",
        "imdb_alert",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @classmethod
    def read(cls) -> Self:
        """Read the environment, then `.env`, then the files of secrets; what is read first holds.

        Raises:
            InputError: one line that names each bad setting, its value and what is allowed; or a secret cannot be read.
        """
        secrets = Path(os.environ.get("CREDENTIALS_DIRECTORY", SECRETS))  # systemd's name of its folder of secrets
        try:
            return cls(_secrets_dir=secrets if secrets.is_dir() else None)
        except SettingsError as error:
            raise InputError(
                f"cannot read the secrets in {secrets}: {error.__cause__}. Make them text that this user may read."
            ) from error
        except ValidationError as error:
            faults = "; ".join(_fault(dict(detail)) for detail in error.errors())
            raise InputError(f"bad setting: {faults}. The README lists every setting.") from None


def _fault(detail: dict[str, object]) -> str:
    """One fault of a setting as 'NAME=value: what is wrong'; values of secrets are not shown."""
    location = detail["loc"]
    name = str(location[0]).upper() if isinstance(location, tuple) and location else "?"
    secret = any(word in name for word in ("KEY", "TOKEN", "PASSWORD"))
    shown = "…" if secret else detail.get("input")
    return f"{name}={shown}: {str(detail['msg']).removeprefix('Value error, ')}"
