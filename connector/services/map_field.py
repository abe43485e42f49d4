"""Read an attribute of recipients from another field."""

from dataclasses import dataclass

from connector.domain.field_mapping import Attribute, FieldMapping
from connector.services.storage import Store
from connector.services.worker import OpenOrg


@dataclass(frozen=True)
class MapField:
    """Keeps an org's mapping once the org has shown that it knows the field."""

    store: Store
    open_org: OpenOrg

    def __call__(self, org_id: str, sobject: str, attribute: Attribute, path: str) -> FieldMapping:
        """path: empty for the default.

        Raises MappingInvalid for what cannot be a mapping, and PermissionMissing where the org does not know
        the field or hides it.
        """
        with self.store.read() as unit:
            mapping = unit.mappings.get(org_id, sobject).changed(attribute, path)
        fields = ", ".join(mapping.fields(with_address=True))
        list(self.open_org(org_id).query(f"SELECT {fields} FROM {sobject} LIMIT 1"))  # noqa: S608 - checked API names
        with self.store.write() as unit:
            unit.mappings.save(org_id, mapping)
        return mapping
