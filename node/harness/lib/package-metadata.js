/** What the package holds, as far as a component can import it. */
import fs from 'node:fs';
import path from 'node:path';

// The fields of standard objects that components may import; a name that is not here fails the build.
const STANDARD_FIELDS = {
    Contact: ['Id', 'Name', 'Email', 'HasOptedOutOfEmail', 'AccountId'],
    Lead: ['Id', 'Name', 'Email', 'HasOptedOutOfEmail'],
    Account: ['Id', 'Name', 'PersonContactId']
};
const FIELDS_OF_EVERY_CUSTOM_OBJECT = ['Id', 'Name', 'OwnerId', 'CreatedDate'];

/**
 * Reads the source-format metadata below a folder.
 *
 * Returns {fields: Map object -> Set of field names, lookups: [{from, field, to, relationship}],
 * labels: Map name -> text, customPermissions: Set of names, valueSets: Map name -> [value]}.
 */
export function readPackage(folder) {
    const found = {
        fields: new Map(),
        lookups: [],
        labels: new Map(),
        customPermissions: new Set(),
        valueSets: new Map()
    };
    for (const [object, names] of Object.entries(STANDARD_FIELDS)) {
        found.fields.set(object, new Set(names));
    }
    for (const file of fs.readdirSync(folder, { recursive: true })) {
        takeIn(found, file.split(path.sep), () => fs.readFileSync(path.join(folder, file), 'utf8'));
    }
    return found;
}

function takeIn(found, segments, read) {
    const name = segments.at(-1);
    if (name.endsWith('.object-meta.xml')) {
        addFields(found, name.split('.')[0], FIELDS_OF_EVERY_CUSTOM_OBJECT);
    } else if (name.endsWith('.field-meta.xml')) {
        addFields(found, segments.at(-3), [name.split('.')[0]]);
        addLookup(found, segments.at(-3), name.split('.')[0], read());
    } else if (name.endsWith('.customPermission-meta.xml')) {
        found.customPermissions.add(name.split('.')[0]);
    } else if (name.endsWith('.labels-meta.xml')) {
        for (const [, label, text] of read().matchAll(/<fullName>(.*?)<\/fullName>.*?<value>(.*?)<\/value>/gs)) {
            found.labels.set(label, unescaped(text));
        }
    } else if (name.endsWith('.globalValueSet-meta.xml')) {
        const values = [...read().matchAll(/<customValue>.*?<fullName>(.*?)<\/fullName>/gs)];
        found.valueSets.set(
            name.split('.')[0],
            values.map(([, value]) => unescaped(value))
        );
    }
}

function addFields(found, object, names) {
    found.fields.set(object, new Set([...(found.fields.get(object) ?? []), ...names]));
}

function addLookup(found, from, field, xml) {
    const textOf = (tag) => xml.match(`<${tag}>(.*?)</${tag}>`)?.[1];
    if (textOf('referenceTo')) {
        found.lookups.push({ from, field, to: textOf('referenceTo'), relationship: `${textOf('relationshipName')}__r` });
    }
}

function unescaped(xml) {
    const characters = { '&apos;': "'", '&quot;': '"', '&lt;': '<', '&gt;': '>', '&amp;': '&' };
    return xml.replace(/&(apos|quot|lt|gt|amp);/g, (entity) => characters[entity]);
}
