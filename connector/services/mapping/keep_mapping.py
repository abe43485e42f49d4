"""Where an org's field mapping is kept, and bringing ours up to date where that is the org."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connector.domain.field_mapping import default_mapping
from connector.errors import CallerError, ConfigurationError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.mapping.check_mapping import Descriptions, check_mapping
from connector.services.mapping.mapping_records import MappingRecord, ReadMappings, read_records
from connector.services.storage.store import Store
from connector.services.storage.terms import MappingPlace, MappingSource
from connector.services.worker import OpenOrg

OBJECTS = ("Contact", "Lead")


@dataclass(frozen=True)
class KeepMapping:
    """An org's own records are read and copied: what sends gifts looks at the copy alone."""

    store: Store
    open_org: OpenOrg
    clock: Clock

    def source(self, org_id: str) -> MappingSource:
        with self.store.read() as unit:
            return unit.mapping_sources.get(org_id)

    def keep_here(self, org_id: str, *, actor: str) -> None:
        """From now on in the connector, beginning with what holds now."""
        self._save(org_id, MappingSource(org_id, MappingPlace.CONNECTOR), actor)

    def keep_in_org(self, org_id: str, *, actor: str) -> Sequence[MappingRecord]:
        """From now on as the org's records say; those that nobody uses are returned.

        Raises ConfigurationError, and changes nothing, where they cannot be used.
        """
        found = self._usable(org_id)
        self._save(org_id, MappingSource(org_id, MappingPlace.ORG, self.clock()), actor, found)
        return found.unused

    def refresh(self, org_id: str) -> None:
        """Read the org's records again, where they are what counts.

        Raises ConfigurationError where they cannot be used.
        """
        if self.source(org_id).place is MappingPlace.ORG:
            self._copy(org_id, self._usable(org_id))

    def follow(self, org_id: str) -> frozenset[str]:
        """As refresh, for a run: objects whose records cannot be used are named instead of raised.

        Nothing is sent on a mapping that is out of date. Raises ConfigurationError for records that lie with
        no object, and the org's errors.
        """
        if self.source(org_id).place is not MappingPlace.ORG:
            return frozenset()
        found = self._read(org_id)
        if said := found.problems.get(""):
            raise _invalid(said)
        self._copy(org_id, found)
        return frozenset(found.problems)

    def _copy(self, org_id: str, found: ReadMappings) -> None:
        source = self.source(org_id)
        with self.store.write() as unit:
            for mapping in found.mappings.values():
                unit.mappings.save(org_id, mapping)
            unit.mapping_sources.save(replace(source, read_at=self.clock()))

    def reset(self, org_id: str, sobject: str, *, actor: str) -> None:
        """Back to Salesforce's own fields. Raises CallerError while the org's records count."""
        if sobject not in OBJECTS:
            raise CallerError(f"{sobject} is neither Contact nor Lead.", code="no_object")
        self._refuse_while_in_org(org_id)
        with self.store.write() as unit:
            unit.mappings.save(org_id, default_mapping(sobject))
            record(unit, self.clock(), org_id=org_id, actor=actor, action="mapping.reset", subject=sobject)

    def _refuse_while_in_org(self, org_id: str) -> None:
        if self.source(org_id).place is MappingPlace.ORG:
            raise CallerError(
                "The mapping is kept in the org.",
                code="kept_in_org",
                remedy="Change its records there, or keep the mapping in the connector.",
            )

    def _usable(self, org_id: str) -> ReadMappings:
        """All of what the org says. Raises ConfigurationError, with every reason."""
        found = self._read(org_id)
        if found.problems:
            raise _invalid([text for texts in found.problems.values() for text in texts])
        return found

    def _read(self, org_id: str) -> ReadMappings:
        """What the org says, judged as well."""
        org = self.open_org(org_id)
        found, seen = read_records(org), Descriptions(org)
        problems = {name: list(texts) for name, texts in found.problems.items()}
        for sobject, mapping in found.mappings.items():
            for each in check_mapping(mapping, seen):
                if each.problem is not None:
                    problems.setdefault(sobject, []).append(f"{sobject}: {each.why}")
        usable = {name: mapping for name, mapping in found.mappings.items() if name not in problems}
        return ReadMappings(usable, found.unused, problems)

    def _save(
        self, org_id: str, source: MappingSource, actor: str, found: ReadMappings | None = None
    ) -> None:
        with self.store.write() as unit:
            for mapping in found.mappings.values() if found else ():
                unit.mappings.save(org_id, mapping)
            unit.mapping_sources.save(source)
            record(
                unit,
                self.clock(),
                org_id=org_id,
                actor=actor,
                action="mapping.place",
                details={"place": source.place.value},
            )


def _invalid(said: Sequence[str]) -> ConfigurationError:
    text = " ".join(part if part.endswith(".") else f"{part}." for part in said)
    remedy = "Mend the records of Gift Field Mapping in Setup, Custom Metadata Types."
    return ConfigurationError(text, code="mapping_invalid", remedy=remedy)
