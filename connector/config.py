"""Every setting, once: environment variables with the prefix CONNECTOR_."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from connector.errors import ConfigurationError

PREFIX = "CONNECTOR_"
_DATABASES = frozenset({"postgres", "postgresql", "postgresql+psycopg", "sqlite"})


def _trimmed_address(address: str) -> str:
    trimmed = address.rstrip("/")
    if not trimmed.startswith(("https://", "http://")):
        raise ValueError("an address starts with https:// or http://")
    return trimmed


def check_database_address(address: str) -> str:
    """The address as it is. Raises ValueError, without the password in it, for one that no database has."""
    try:
        # ValueError: of a port that is no number; its text may hold what else the address holds.
        kind = make_url(address).drivername if address else "sqlite"
    except (ArgumentError, ValueError):
        kind = ""
    if kind not in _DATABASES:
        raise ValueError(
            "is no address of a database: write postgresql://user:password@host/name or sqlite:///file"
        )
    return address


DatabaseAddress = Annotated[str, AfterValidator(check_database_address)]


class Settings(BaseSettings):
    """The settings of one process. A value that makes no sense is refused at the start, by name."""

    model_config = SettingsConfigDict(env_prefix="CONNECTOR_", extra="ignore", frozen=True)

    data_dir: Path = Field(
        default=Path(".local/connector"),
        description="Directory of the database, the job database and the key file.",
    )
    database_url: DatabaseAddress = Field(
        default="",
        description="Address of the database, postgresql://… for several processes."
        " Empty: connector.sqlite in the data directory.",
    )
    jobs_database_url: DatabaseAddress = Field(
        default="",
        description="Address of the job engine's database. Empty: the PostgreSQL database (schema dbos),"
        " or jobs.sqlite in the data directory.",
    )
    secret_keys: SecretStr = Field(
        default=SecretStr(""),
        description="Keys that encrypt at rest, the newest first, with blanks between them, for machines that"
        " keep no files. Empty: the key file in the data directory. `connector keys new` prints one.",
    )
    host: str = Field(default="127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port of the web server; 0 takes a free one.")
    public_url: Annotated[str, AfterValidator(_trimmed_address)] = Field(
        default="http://127.0.0.1:8080", description="Address under which platforms reach this server."
    )
    worker_id: str = Field(
        default="local",
        pattern=r"^[A-Za-z0-9._-]{1,60}$",
        description="Name of this worker: unique among those that run, the same after a restart.",
    )
    log_format: Literal["console", "json"] = Field(default="console", description="How log lines look.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level logged."
    )
    allow_loopback: bool = Field(
        default=False, description="Accept orgs and platforms on this machine. For development only."
    )
    ca_file: Path | None = Field(
        default=None,
        description="Certificate authorities trusted for Salesforce orgs besides the public ones (PEM).",
    )
    request_threads: int = Field(
        default=40,  # a chunk of 200 is five full rounds then
        ge=1,
        le=64,
        description="Requests to a gifting platform under way at the same time, per chunk.",
    )
    lease_seconds: float = Field(
        default=120.0,
        ge=1,
        description="How long a worker may be silent about a row before others take it over.",
    )
    worker_silent_seconds: float = Field(
        default=30.0,
        ge=1,
        description="After how long without a sign of life a worker counts as dead, its jobs given away.",
    )
    heartbeat_seconds: float = Field(
        default=5.0, gt=0, description="Pause between two signs of life of a worker."
    )
    api_calls_per_second: float = Field(
        default=20.0,
        gt=0,
        description="API calls to one org, by all workers together, on average.",
    )
    api_calls_at_once: float = Field(
        default=200.0, ge=1, description="API calls to one org that may follow each other without a pause."
    )
    flow_calls_per_second: float = Field(
        default=10.0, gt=0, description="Calls that the flows of one org may make, on average."
    )
    flow_calls_at_once: float = Field(
        default=50.0, ge=1, description="Calls of flows that may follow each other without a pause."
    )
    in_flight_seconds: float = Field(
        default=30.0,
        ge=0,
        description="How long a request may still be under way at the platform after its sender is gone.",
    )
    write_back_seconds: float = Field(
        default=2.0,
        ge=0,
        description="Seconds without news after which changes are written; fifteen times as long at most.",
    )
    sweep_seconds: float = Field(
        default=5.0, gt=0, description="Pause between two sweeps for rows left lying."
    )
    reconcile_seconds: float = Field(
        default=60.0, gt=0, description="Pause between two rounds of asking platforms."
    )
    silent_hours: float = Field(
        default=24.0, gt=0, description="How long a gift may be silent before the platform is asked about it."
    )
    daily_sync_at: str = Field(
        default="",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        description="Time of the daily GiftSync of mapped Campaigns that have no schedule of their own,"
        " HH:MM in UTC. Empty: none.",
    )
    schedule_seconds: float = Field(
        default=15.0, gt=0, description="Pause between two looks at what the schedules call for."
    )
    keep_decisions_days: float = Field(
        default=90.0, gt=0, description="How long it is kept what a GiftSync decided on each member."
    )
    keep_decisions_runs: int = Field(
        default=30, ge=1, description="Of so many runs of each Campaign, the newest, decisions are kept."
    )
    keep_jobs_days: float = Field(
        default=7.0, gt=0, description="How long finished jobs are kept for people to see."
    )
    api_floor_calls: int = Field(
        default=1_000,
        ge=0,
        description="API calls of an org's daily allocation left untouched: work pauses there.",
    )
    bulk_query_above: int = Field(
        default=20_000,
        ge=2_000,
        description="Queries that find more records than this are read by the Bulk API 2.0, not by pages.",
    )
    bulk_patience_seconds: float = Field(
        default=1_800.0, gt=0, description="How long a bulk query may take in the org before it is aborted."
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="Bearer token for GET /metrics from other machines. Empty: this machine only.",
    )
    webhook_max_bytes: int = Field(
        default=262_144, ge=1_024, description="Longest webhook body that is taken in."
    )

    keep_personal_days: float = Field(
        default=0.0,
        ge=0,
        description="Days after a gift's last news, or a webhook's receipt, that names, addresses and"
        " messages are kept. 0: as long as the ledger.",
    )
    session_hours: float = Field(
        default=12.0, gt=0, description="Hours after which a person signs in to the pages again."
    )
    session_idle_minutes: float = Field(
        default=120.0, gt=0, description="Minutes without a request after which a person is signed out."
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="Proxies in front of the web server whose X-Forwarded-For and -Proto are believed.",
    )

    smtp_host: str = Field(
        default="", description="Mail server for notices. Empty: notices stand on the pages alone."
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the mail server is spoken to; none for one on this machine."
    )
    smtp_username: str = Field(default="", description="Name at the mail server; empty where it asks none.")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password at the mail server.")
    smtp_from: str = Field(default="", description="Sender of the notices.")
    smtp_to: str = Field(default="", description="Recipients of the notices, with blanks between them.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """Raises ValueError for settings that are sound alone and not together, by name."""
        if self.smtp_host and not (self.smtp_from and self.smtp_to):
            raise ValueError(
                "CONNECTOR_SMTP_HOST: asks for CONNECTOR_SMTP_FROM and CONNECTOR_SMTP_TO as well"
            )
        if self.worker_silent_seconds <= self.heartbeat_seconds:
            raise ValueError(
                "CONNECTOR_WORKER_SILENT_SECONDS: must be more than CONNECTOR_HEARTBEAT_SECONDS,"
                " or living workers count as dead"
            )
        return self

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'connector.sqlite'}"

    @property
    def is_postgresql(self) -> bool:
        return self.database_url.startswith("postgres")

    @property
    def engine_url(self) -> str:
        if self.is_postgresql and not self.jobs_database_url:
            return self.database_url
        return self.jobs_database_url or f"sqlite:///{self.data_dir / 'jobs.sqlite'}"

    @property
    def key_file(self) -> Path:
        return self.data_dir / "secret.key"

    @property
    def lock_file(self) -> Path:
        return self.data_dir / f"worker-{self.worker_id}.lock"


def load_settings() -> Settings:
    """Raises ConfigurationError that names each setting refused, all at once, never their values."""
    try:
        return Settings()
    except ValidationError as error:
        named = "; ".join(_refusal(details) for details in error.errors())
        raise ConfigurationError(
            f"Settings refused: {named}", code="settings", remedy="correct the environment variables named"
        ) from None


def _refusal(details: ErrorDetails) -> str:
    """What stands in a model's own message is named there already."""
    message = details["msg"].removeprefix("Value error, ")
    return f"CONNECTOR_{str(details['loc'][0]).upper()}: {message}" if details["loc"] else message
