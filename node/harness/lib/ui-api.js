/**
 * The part of Salesforce's UI API that the components use, answered from a scenario.
 *
 * Like the real one it gives only the fields that were asked for, refuses required ones that the user may not see and
 * leaves out optional ones. Not done: layouts, sorting by several fields, page tokens (the components ask for longer
 * lists instead), record types.
 */

const MASTER_RECORD_TYPE = '012000000000000AAA';

const ROUTES = [
    [/^object-info\/(\w+)$/, objectInfo],
    [/^object-info\/(\w+)\/picklist-values\/\w+\/(\w+)$/, picklistValues],
    [/^records\/(\w+)$/, record],
    [/^related-list-records\/(\w+)\/(\w+)$/, relatedListRecords],
    [/^related-list-count\/(\w+)\/(\w+)$/, relatedListCount]
];

/**
 * Answers one request: {status, body}, or undefined for a request that the scenario leaves unanswered.
 *
 * scenario: see scenarios.js. metadata: see readPackage. path: below ui-api/. query: an object of texts.
 */
export function answer(scenario, metadata, path, query = {}, body = {}) {
    if (scenario.silent?.test(path)) {
        return undefined;
    }
    const fault = scenario.faults?.find(({ on }) => on.test(path));
    if (fault) {
        return { status: fault.status, body: fault.body };
    }
    for (const [pattern, respond] of ROUTES) {
        const match = pattern.exec(path);
        if (match) {
            return respond({ scenario, metadata, query, body }, ...match.slice(1));
        }
    }
    return refusal(404, 'NOT_FOUND', `The requested resource does not exist: ${path}`);
}

function objectInfo({ scenario, metadata }, apiName) {
    const known = metadata.fields.get(apiName) ?? new Set(scenario.otherObjects?.[apiName]);
    const lookups = [...metadata.lookups, ...(scenario.otherLookups ?? [])];
    const fields = [...known].map((field) => {
        const lookup = lookups.find(({ from, field: name }) => from === apiName && name === field);
        return [field, { apiName: field, referenceToInfos: lookup ? [{ apiName: lookup.to }] : [] }];
    });
    const childRelationships = lookups
        .filter(({ to }) => to === apiName)
        .map(({ from, field, relationship }) => ({
            childObjectApiName: from,
            fieldName: field,
            relationshipName: relationship
        }));
    return found({
        apiName,
        defaultRecordTypeId: MASTER_RECORD_TYPE,
        fields: Object.fromEntries(fields),
        childRelationships
    });
}

function picklistValues({ scenario, metadata }, object, field) {
    const valueSet = { Send_Status__c: 'Gift_Send_Status', Order_Status__c: 'Gift_Order_Status' }[field];
    const values = metadata.valueSets.get(valueSet).map((value) => ({ value, label: labelOf(scenario, value) }));
    return found({ values });
}

function record(context, id) {
    const stored = context.scenario.records.find((candidate) => candidate.Id === id);
    const { fields = '', optionalFields = '' } = context.query;
    return stored
        ? shown(context, stored, fields.split(','), optionalFields.split(','))
        : refusal(404, 'NOT_FOUND', 'The requested resource does not exist');
}

function relatedListRecords(context, parentId, relationship) {
    const { fields = [], optionalFields = [], pageSize = 50, sortBy = [] } = context.body;
    const children = sorted(childrenOf(context, parentId, relationship), sortBy[0]);
    const answers = children.slice(0, pageSize).map((child) => shown(context, child, fields, optionalFields));
    const refused = answers.find(({ status }) => status !== 200);
    const nextPageToken = children.length > pageSize ? String(pageSize) : null;
    return refused ?? found({ records: answers.map(({ body }) => body), count: answers.length, nextPageToken });
}

function relatedListCount(context, parentId, relationship) {
    const all = childrenOf(context, parentId, relationship).length;
    const count = Math.min(all, Number(context.query.maxCount));
    return found({ count, hasMore: all > count });
}

function childrenOf({ scenario, metadata }, parentId, relationship) {
    const lookups = metadata.lookups.filter((lookup) => lookup.relationship === relationship);
    const isChild = (candidate) =>
        lookups.some(({ from, field }) => candidate.type === from && candidate[field] === parentId);
    return scenario.records.filter(isChild);
}

function sorted(records, order) {
    const descending = order?.startsWith('-');
    const field = order?.replace(/^-/, '').split('.')[1];
    const compare = (a, b) => String(a[field] ?? '').localeCompare(String(b[field] ?? ''));
    return field ? records.toSorted((a, b) => (descending ? compare(b, a) : compare(a, b))) : records;
}

function shown({ scenario, metadata }, stored, required, optional) {
    const visible = (name) => {
        const [object, field] = name.split('.');
        const exists = metadata.fields.get(stored.type)?.has(field) || field in stored;
        return object === stored.type && exists && !scenario.hidden?.includes(name);
    };
    const missing = required.find((name) => !visible(name));
    if (missing) {
        return refusal(400, 'INVALID_FIELD', `Invalid field: ${missing}`);
    }
    const names = [...required, ...optional.filter(visible)].map((name) => name.split('.')[1]);
    const fields = names.map((name) => [name, { value: stored[name] ?? null, displayValue: display(scenario, stored, name) }]);
    return found({ apiName: stored.type, id: stored.Id, fields: Object.fromEntries(fields) });
}

function display(scenario, stored, field) {
    return field.endsWith('Status__c') && stored[field] ? labelOf(scenario, stored[field]) : null;
}

const labelOf = (scenario, value) => scenario.translations?.[value] ?? value;
const found = (body) => ({ status: 200, body });
const refusal = (status, errorCode, message) => ({ status, body: { statusCode: status, errorCode, message } });
