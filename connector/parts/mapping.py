"""Field mapping, and where the package stands on the org's own pages."""

from connector.parts.base import Parts
from connector.services.mapping.keep_mapping import KeepMapping
from connector.services.mapping.map_field import MapField
from connector.services.mapping.preview_mapping import PreviewMapping


class MappingParts(Parts):
    """What is read of recipients, and from where."""

    @property
    def map_field(self) -> MapField:
        return MapField(self.store, self.open_org, self.clock)

    @property
    def keep_mapping(self) -> KeepMapping:
        return KeepMapping(self.store, self.open_org, self.clock)

    @property
    def preview_mapping(self) -> PreviewMapping:
        return PreviewMapping(self.store, self.open_org)
