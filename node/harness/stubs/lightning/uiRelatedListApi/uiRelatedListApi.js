import { adapter } from 'harness/wire';

export const getRelatedListRecords = adapter(({ parentRecordId, relatedListId, ...body }) => ({
    path: `related-list-records/${parentRecordId}/${relatedListId}`,
    body
}));

export const getRelatedListCount = adapter(({ parentRecordId, relatedListId, maxCount = 20 }) => ({
    path: `related-list-count/${parentRecordId}/${relatedListId}`,
    query: { maxCount }
}));
