"""The store itself: engine, transactions, schema upgrade."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from connector.adapters.sqlite import BUSY_TIMEOUT_SECONDS, use_write_ahead_log
from connector.adapters.store.api_keys import SqlApiKeys
from connector.adapters.store.audit import SqlAudit
from connector.adapters.store.columns import Cipher, use_cipher
from connector.adapters.store.compatibility import check, keep_floor
from connector.adapters.store.connections import SqlConnections, SqlLinks
from connector.adapters.store.dashboard import SqlDashboard
from connector.adapters.store.gift_pages import SqlGiftPages
from connector.adapters.store.gifts import SqlGifts
from connector.adapters.store.inbox import SqlGiftEvents, SqlInbox
from connector.adapters.store.leases import SqlApiBudgets, SqlLeases
from connector.adapters.store.models.ledger import Base
from connector.adapters.store.operations import SqlHealth, SqlOutbox
from connector.adapters.store.org_access import (
    SqlConnectionDrafts,
    SqlOrgFindings,
    SqlOrgTokens,
    SqlOrgTroubles,
    SqlSentNotices,
)
from connector.adapters.store.portal import SqlPortalSessions, SqlSignIns
from connector.adapters.store.postgres import (
    database_address,
    engine_options,
    keep_data_out_of_errors,
    take_ledger_turn,
    take_schema_turn,
)
from connector.adapters.store.privacy import SqlPersonalData
from connector.adapters.store.sending import SqlSendBatches
from connector.adapters.store.spending import SqlApprovalRules, SqlGiftBudgets, SqlTeams
from connector.adapters.store.sync import SqlDecisions, SqlRuns, SqlSchedules
from connector.adapters.store.terms import SqlCircuits, SqlMappings, SqlMappingSources, SqlWatermarks
from connector.adapters.store.timeline import SqlTimeline
from connector.adapters.store.watch import SqlWatch

_WRITING = "connector_writing"


class SqlUnit:
    """One transaction. See services.storage.Unit.

    Repositories are plain properties: Python 3.11 computes a cached_property under a lock that all instances
    share, and whoever waited for the ledger's turn in there would keep the turn's holder from going on.
    """

    def __init__(self, session: Session, *, takes_turns: bool) -> None:
        """takes_turns: this unit writes, and the database would let others write beside it."""
        self._session = session
        self._takes_turns = takes_turns

    @property
    def gifts(self) -> SqlGifts:
        self._wait_for_turn()
        return SqlGifts(self._session)

    @property
    def leases(self) -> SqlLeases:
        self._wait_for_turn()
        return SqlLeases(self._session)

    @property
    def inbox(self) -> SqlInbox:
        return SqlInbox(self._session)

    @property
    def events(self) -> SqlGiftEvents:
        return SqlGiftEvents(self._session)

    @property
    def timeline(self) -> SqlTimeline:
        return SqlTimeline(self._session)

    @property
    def connections(self) -> SqlConnections:
        return SqlConnections(self._session)

    @property
    def api_keys(self) -> SqlApiKeys:
        return SqlApiKeys(self._session)

    @property
    def links(self) -> SqlLinks:
        self._wait_for_turn()
        return SqlLinks(self._session)

    @property
    def mappings(self) -> SqlMappings:
        return SqlMappings(self._session)

    @property
    def mapping_sources(self) -> SqlMappingSources:
        return SqlMappingSources(self._session)

    @property
    def dashboard(self) -> SqlDashboard:
        return SqlDashboard(self._session)

    @property
    def gift_pages(self) -> SqlGiftPages:
        self._wait_for_turn()
        return SqlGiftPages(self._session)

    @property
    def teams(self) -> SqlTeams:
        self._wait_for_turn()
        return SqlTeams(self._session)

    @property
    def approval_rules(self) -> SqlApprovalRules:
        self._wait_for_turn()
        return SqlApprovalRules(self._session)

    @property
    def gift_budgets(self) -> SqlGiftBudgets:
        self._wait_for_turn()
        return SqlGiftBudgets(self._session)

    @property
    def watermarks(self) -> SqlWatermarks:
        return SqlWatermarks(self._session)

    @property
    def circuits(self) -> SqlCircuits:
        return SqlCircuits(self._session)

    @property
    def runs(self) -> SqlRuns:
        self._wait_for_turn()
        return SqlRuns(self._session)

    @property
    def decisions(self) -> SqlDecisions:
        return SqlDecisions(self._session)

    @property
    def schedules(self) -> SqlSchedules:
        self._wait_for_turn()
        return SqlSchedules(self._session)

    @property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._session)

    @property
    def health(self) -> SqlHealth:
        return SqlHealth(self._session)

    @property
    def watch(self) -> SqlWatch:
        return SqlWatch(self._session)

    @property
    def budgets(self) -> SqlApiBudgets:
        return SqlApiBudgets(self._session)

    @property
    def sign_ins(self) -> SqlSignIns:
        return SqlSignIns(self._session)

    @property
    def send_batches(self) -> SqlSendBatches:
        return SqlSendBatches(self._session)

    @property
    def portal_sessions(self) -> SqlPortalSessions:
        return SqlPortalSessions(self._session)

    @property
    def org_tokens(self) -> SqlOrgTokens:
        return SqlOrgTokens(self._session)

    @property
    def org_troubles(self) -> SqlOrgTroubles:
        return SqlOrgTroubles(self._session)

    @property
    def connection_drafts(self) -> SqlConnectionDrafts:
        return SqlConnectionDrafts(self._session)

    @property
    def org_findings(self) -> SqlOrgFindings:
        return SqlOrgFindings(self._session)

    @property
    def sent_notices(self) -> SqlSentNotices:
        self._wait_for_turn()
        return SqlSentNotices(self._session)

    @property
    def audit(self) -> SqlAudit:
        self._wait_for_turn()
        return SqlAudit(self._session)

    @property
    def personal_data(self) -> SqlPersonalData:
        self._wait_for_turn()
        return SqlPersonalData(self._session)

    def _wait_for_turn(self) -> None:
        """Once, before anything is read that the unit will decide by. An inbox alone never waits here."""
        if self._takes_turns:
            take_ledger_turn(self._session)
            self._takes_turns = False


class SqlStore:
    """See services.storage.Store. On SQLite, writers of this process queue at a lock: fairer than its own."""

    def __init__(self, database_url: str, cipher: Cipher) -> None:
        url = database_address(database_url)
        # hide_parameters: what a failed statement was given is people's data, and errors are logged.
        self.engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, **engine_options(url))
        use_cipher(self.engine.dialect, cipher)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        if self._is_sqlite:
            _tame_sqlite(self.engine)
        else:
            keep_data_out_of_errors(self.engine)
        self._writing_engine = self.engine.execution_options(**{_WRITING: True})
        self._one_writer = threading.Lock()

    @contextmanager
    def write(self) -> Iterator[SqlUnit]:
        if not self._is_sqlite:
            with self._session(self.engine, takes_turns=True) as unit:
                yield unit
            return
        with self._one_writer, self._session(self._writing_engine) as unit:
            yield unit

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        with self._session(self.engine) as unit:
            yield unit

    @contextmanager
    def _session(self, engine: Engine, *, takes_turns: bool = False) -> Iterator[SqlUnit]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield SqlUnit(session, takes_turns=takes_turns)

    @contextmanager
    def held(self) -> Iterator[Connection]:
        """A consistent view of everything. On SQLite nobody writes until it ends."""
        engine = self._writing_engine if self._is_sqlite else self.engine
        options = {} if self._is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def write_plainly(self) -> Iterator[Connection]:
        """A writing transaction without repositories, for what concerns whole tables."""
        with self._one_writer, self._writing_engine.begin() as connection:
            yield connection

    def upgrade(self) -> None:
        """Bring the schema to the newest version; does nothing where it is.

        Machines may do it at the same time: one does, the others wait for it.
        """
        from connector.adapters.store.migrating import migrate

        with self.write_plainly() as connection:
            if not self._is_sqlite:
                take_schema_turn(connection)
            migrate(connection)
            keep_floor(connection, Base.metadata.tables["schema_floor"])

    def check_version(self) -> None:
        """Raises ConfigurationError where this program does not work with the schema. See compatibility."""
        with self.engine.connect() as connection:
            check(connection, Base.metadata.tables["schema_floor"])

    def close(self) -> None:
        self.engine.dispose()


def _tame_sqlite(engine: Engine) -> None:
    """WAL, patience, durability, and transactions that take the write lock when they begin.

    pysqlite starts transactions by itself, late and never for reads, so that is switched off.
    synchronous=FULL: an intent that a power cut could undo would be no intent.
    """

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
        use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(_WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
