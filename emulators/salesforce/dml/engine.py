"""Inserts, updates, upserts and deletes, each with everything Salesforce does around it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from typing import Any

from emulators.salesforce.dml.checks import ReferenceCheck, require_fields, require_unique
from emulators.salesforce.dml.defaults import apply_defaults, number_automatically
from emulators.salesforce.dml.deletion import delete_record
from emulators.salesforce.dml.formulas import calculate
from emulators.salesforce.dml.guard import Guard
from emulators.salesforce.dml.lookup import load_record, reference_value
from emulators.salesforce.dml.operations import ROLLED_BACK, Operation, OperationKind, OperationResult
from emulators.salesforce.dml.plan import Row, WritePlan
from emulators.salesforce.dml.rules import NO_RULES, RULES
from emulators.salesforce.dml.rules.people import compose_addresses
from emulators.salesforce.dml.undeletion import undelete_record
from emulators.salesforce.dml.upserts import (
    duplicate_key,
    key_field,
    meant_record,
    repeated,
    would_create,
)
from emulators.salesforce.dml.validation import check_validation_rules
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import SYSTEM, OrgUser
from emulators.salesforce.standins import run_stand_ins
from emulators.salesforce.store.rows import insert_row, keep_name, update_row
from emulators.salesforce.store.values import datetime_text

_REQUEST_ERRORS = {"INVALID_FIELD", "JSON_PARSER_ERROR", "INVALID_TYPE", "NOT_FOUND"}


class Dml:
    """Writes for one user, for the length of one request or batch.

    user: SYSTEM writes on the org's own behalf, unchecked, and may set read-only fields. `now` and `today`
    are those of the moment it was made.
    """

    def __init__(self, org: Org, user: OrgUser) -> None:
        self.org = org
        self.user = user
        self.access = None if user is SYSTEM else Access(org, user)
        self.guard = Guard(user, self.access)
        self.references = ReferenceCheck(org.db, org.schema)
        moment = org.clock().astimezone(UTC).replace(microsecond=0)
        self.now = datetime_text(moment)
        self.today = moment.date().isoformat()
        self.actor_id = user.id or org.system_user_id
        self._plans: dict[str, WritePlan] = {}

    def on_behalf_of_the_org(self) -> "Dml":
        """The same writes without checks of access, stamped with the same user and the same moment."""
        own = Dml(self.org, SYSTEM)
        own.actor_id, own.now, own.today = self.actor_id, self.now, self.today
        return own

    def afresh(self) -> "Dml":
        """Writes of the same user at the present moment, after the call that these belonged to."""
        later = Dml(self.org, self.user)
        later.actor_id = self.actor_id
        return later

    def insert(self, sobject_name: str, values: Mapping[str, Any]) -> str:
        """Create a record and return its Id."""
        with self._one_record():
            return self._insert(self.plan(sobject_name), values)

    def update(self, sobject_name: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Change a record. record_id: 15 or 18 characters."""
        with self._one_record():
            self._update(self.plan(sobject_name), record_id, values)

    def upsert(
        self, sobject_name: str, external_id_field: str, value: Any, values: Mapping[str, Any]
    ) -> tuple[str, bool]:
        """Update the record with that external id, or create it. Returns (Id, created)."""
        with self._one_record():
            return self._upsert(self.plan(sobject_name), external_id_field, value, values)

    def delete(self, sobject_name: str, record_id: str) -> None:
        """Move a record to the bin, and with it what belongs to it."""
        with self._one_record():
            self.delete_loaded(self.plan(sobject_name), record_id)

    def undelete(self, sobject_name: str, record_id: str) -> None:
        """Take a record out of the bin, and with it what went there because of it."""
        with self._one_record():
            plan = self.plan(sobject_name)
            self.guard.require(OperationKind.DELETE, plan.sobject)
            undelete_record(self, plan, record_id)

    def run(
        self, operations: Sequence[Operation], *, all_or_none: bool = False, already_refused: bool = False
    ) -> list[OperationResult]:
        """Carry out operations in order; one result for each. Refused records leave no trace.

        all_or_none: a single refusal undoes all; the others then report ALL_OR_NONE_OPERATION_ROLLED_BACK.
        already_refused: a record of the same call did not even become an operation.
        """
        results: list[OperationResult] = []
        try:
            with self.org.transaction():
                repeats = repeated(self, operations)
                results = [
                    self._run_one(operation, repeats=place in repeats)
                    for place, operation in enumerate(operations)
                ]
                if all_or_none and (already_refused or not all(r.success for r in results)):
                    raise _AllOrNone  # noqa: TRY301 -- the way out of the transaction
        except _AllOrNone:
            self.references.forget()
            results = [replace(r, record_id="", error=ROLLED_BACK) if r.success else r for r in results]
        return results

    def read(self, sobject_name: str, record_id: str) -> Row | None:
        """Stored values of a record that may be missing, for rules."""
        sobject = self.org.schema.objects[sobject_name]
        return load_record(self.org.db, sobject, record_id)

    def plan(self, sobject_name: str) -> WritePlan:
        """What may be written. Raises INVALID_TYPE for an object that does not exist for the user."""
        plan = self._plans.get(sobject_name)
        if plan is None:
            plan = WritePlan(self._sobject(sobject_name), self.access)
            self._plans[sobject_name] = plan
        return plan

    def delete_loaded(self, plan: WritePlan, record_id: str) -> None:
        """One deletion inside a transaction, followed down to what belongs to the record."""
        self.guard.require(OperationKind.DELETE, plan.sobject)
        self.org.row_locks.check(plan.sobject, {"Id": record_id})
        delete_record(self, plan, record_id)
        self.references.forget()

    def _sobject(self, name: str) -> SObjectType:
        sobject = self.org.schema.object_named(name)
        if sobject is None or not sobject.modelled or not self.guard.sees(sobject):
            raise SalesforceError("INVALID_TYPE", f"sObject type '{name}' is not supported.")
        return sobject

    @contextmanager
    def _one_record(self) -> Iterator[None]:
        """One record's transaction; errors leave it the way REST shows errors of records."""
        try:
            with self.org.transaction():
                yield
        except SalesforceError as error:
            error.has_fields = error.code not in _REQUEST_ERRORS
            self.references.forget()
            raise

    def _run_one(self, operation: Operation, *, repeats: bool) -> OperationResult:
        try:
            with self._one_record():
                if repeats:
                    raise duplicate_key(operation)
                return self._carry_out(operation)
        except SalesforceError as error:
            return OperationResult(operation.record_id, would_create(self, operation), error)

    def _carry_out(self, operation: Operation) -> OperationResult:
        plan = self.plan(operation.sobject)
        match operation.kind:
            case OperationKind.INSERT:
                return OperationResult(self._insert(plan, operation.values))
            case OperationKind.UPDATE:
                return OperationResult(self._update(plan, operation.record_id, operation.values))
            case OperationKind.UPSERT:
                key, value = operation.external_id_field, operation.external_id
                return OperationResult(*self._upsert(plan, key, value, operation.values))
            case OperationKind.DELETE:
                self.delete_loaded(plan, operation.record_id)
                return OperationResult(operation.record_id)

    def _insert(self, plan: WritePlan, values: Mapping[str, Any]) -> str:
        self.guard.require(OperationKind.INSERT, plan.sobject)
        row = dict(plan.blank)
        given = self._fill(plan, row, values, inserting=True)
        apply_defaults(self, plan, row, given)
        if "CreatedDate" in row:
            row |= {"CreatedDate": self.now, "CreatedById": self.actor_id}
        self._stamp(row)
        self._settle(plan, row, None)
        row["Id"] = self.org.next_id(plan.sobject.key_prefix)
        number_automatically(self, plan, row)
        calculate(plan.sobject, plan.formulas, row, self.now)
        insert_row(self.org.db, plan.sobject, row)
        self._finish(plan, row, None)
        return str(row["Id"])

    def _update(self, plan: WritePlan, record_id: str, values: Mapping[str, Any]) -> str:
        self.guard.require(OperationKind.UPDATE, plan.sobject)
        old = self.require_record(plan.sobject, record_id)
        row = dict(old)
        self._fill(plan, row, values, inserting=False)
        self._stamp(row)
        self._settle(plan, row, old)
        update_row(self.org.db, plan.sobject, old, row)
        self._finish(plan, row, old)
        return str(row["Id"])

    def _upsert(self, plan: WritePlan, key: str, value: Any, values: Mapping[str, Any]) -> tuple[str, bool]:
        field = key_field(plan, key)
        if field.name == "Id" and value:
            return self._update(plan, str(value), values), False
        if field.name == "Id":
            return self._insert(plan, values), True
        stored = reference_value(self, field, value)
        if stored is None:
            raise SalesforceError("MISSING_ARGUMENT", f"{field.name} not specified")
        found = meant_record(self.org.db, plan, field, stored)
        if found:
            return self._update(plan, found, values), False
        return self._insert(plan, {**values, field.name: value}), True

    def require_record(self, sobject: SObjectType, record_id: str) -> Row:
        """The stored row. Raises MALFORMED_ID, INVALID_CROSS_REFERENCE_KEY or ENTITY_IS_DELETED."""
        row = load_record(self.org.db, sobject, record_id)
        if row is None:
            raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", 404)
        if row.get("IsDeleted"):
            raise SalesforceError("ENTITY_IS_DELETED", "entity is deleted", 404)
        return row

    def _fill(self, plan: WritePlan, row: Row, values: Mapping[str, Any], *, inserting: bool) -> set[str]:
        given: set[str] = set()
        for field, value in plan.match(values, inserting=inserting):
            row[field.name] = reference_value(self, field, value)
            given.add(field.name)
        return given

    def _stamp(self, row: Row) -> None:
        stamps = {"LastModifiedDate": self.now, "LastModifiedById": self.actor_id, "SystemModstamp": self.now}
        row |= {name: value for name, value in stamps.items() if name in row}

    def _settle(self, plan: WritePlan, row: Row, old: Row | None) -> None:
        """All that happens between the values given and the write itself."""
        rules = RULES.get(plan.sobject.name, NO_RULES)
        for prepare in rules.prepare:
            prepare(self, row, old)
        compose_addresses(plan.sobject, row)
        calculate(plan.sobject, plan.formulas, row, self.now)
        self.org.row_locks.check(plan.sobject, row)
        require_fields(plan, row)
        self.references.check(plan, row, old)
        for check in rules.check:
            check(self, row, old)
        require_unique(self.org.db, plan, row, old)
        check_validation_rules(self, plan, row, old)

    def _finish(self, plan: WritePlan, row: Row, old: Row | None) -> None:
        if plan.sobject.name in self.org.named_objects:
            keep_name(self.org.db, plan.sobject.name, row)
        for after in RULES.get(plan.sobject.name, NO_RULES).after:
            after(self, row, old)
        run_stand_ins(self, plan.sobject.name, row, old)


class _AllOrNone(Exception):
    """The way out of a transaction: at least one record was refused."""
