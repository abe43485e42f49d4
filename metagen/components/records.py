"""Records of custom metadata types."""

from collections.abc import Iterator

from metagen.components.component import Component, component
from metagen.model.objects import FieldType
from metagen.model.spec import Spec

XML_TYPES = {FieldType.CHECKBOX: "xsd:boolean", FieldType.NUMBER: "xsd:double"}


def components_of(spec: Spec) -> Iterator[Component]:
    """One file per record."""
    for name, record_set in spec.record_sets.items():
        fields = spec.objects[name].fields
        bare = name.removesuffix("__mdt")
        for record_name, record in record_set.records.items():
            values = [
                (field, XML_TYPES.get(fields[field].type, "xsd:string"), value)
                for field, value in record.values.items()
            ]
            yield component("customMetadata", f"{bare}.{record_name}", "md", record=record, values=values)
