import { adapter, fieldName } from 'harness/wire';

export const getObjectInfo = adapter(({ objectApiName }) => ({ path: `object-info/${objectApiName}` }));

export const getPicklistValues = adapter(({ recordTypeId, fieldApiName }) => {
    const [object, field] = fieldName(fieldApiName).split('.');
    return { path: `object-info/${object}/picklist-values/${recordTypeId}/${field}` };
});
