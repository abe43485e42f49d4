"""Read an attribute of recipients from another field."""

from dataclasses import dataclass

from connector.domain.audit import COMMAND_LINE
from connector.domain.field_mapping import Attribute, FieldMapping
from connector.errors import CallerError, ConfigurationError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.mapping.check_mapping import Descriptions, check_mapping
from connector.services.storage.store import Store
from connector.services.storage.terms import MappingPlace
from connector.services.worker import OpenOrg


@dataclass(frozen=True)
class MapField:
    """Keeps an org's mapping once the org has shown that it knows the field."""

    store: Store
    open_org: OpenOrg
    clock: Clock

    def __call__(
        self, org_id: str, sobject: str, attribute: Attribute, path: str, *, actor: str = COMMAND_LINE
    ) -> FieldMapping:
        """path: empty for the default.

        Raises MappingInvalid for what cannot be a mapping, ConfigurationError where the org does not know the
        field, hides it, or keeps something else in it, and CallerError while the org's own records count.
        """
        with self.store.read() as unit:
            if unit.mapping_sources.get(org_id).place is MappingPlace.ORG:
                raise CallerError(
                    "The mapping is kept in the org.",
                    code="kept_in_org",
                    remedy="Change its records there, or keep the mapping in the connector.",
                )
            mapping = unit.mappings.get(org_id, sobject).changed(attribute, path)
        checked = check_mapping(mapping, Descriptions(self.open_org(org_id)))
        [judged] = [each for each in checked if each.attribute is attribute]
        if judged.problem is not None:
            raise ConfigurationError(judged.why, code=judged.problem.value, remedy=judged.remedy)
        with self.store.write() as unit:
            unit.mappings.save(org_id, unit.mappings.get(org_id, sobject).changed(attribute, path))
            record(
                unit,
                self.clock(),
                org_id=org_id,
                actor=actor,
                action="mapping.change",
                subject=sobject,
                details={"attribute": attribute.value, "path": mapping.paths[attribute]},
            )
        return mapping
