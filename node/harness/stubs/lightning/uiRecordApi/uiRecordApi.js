import { adapter, fieldName, fieldNames } from 'harness/wire';

export const getRecord = adapter(({ recordId, fields, optionalFields = [] }) => ({
    path: `records/${recordId}`,
    query: { fields: fieldNames(fields), optionalFields: fieldNames(optionalFields) }
}));

const entryOf = (record, field) => record?.fields[fieldName(field).split('.')[1]];

export const getFieldValue = (record, field) => entryOf(record, field)?.value;

export const getFieldDisplayValue = (record, field) => entryOf(record, field)?.displayValue;
