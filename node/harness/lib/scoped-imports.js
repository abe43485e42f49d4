/** Answers the platform's @salesforce/* modules from the package's own metadata; what it does not hold fails the build. */

const MARK = '\0salesforce:';
const ANSWERED = /^@salesforce\/(apex$|schema|label\/c\.|customPermission|i18n\/(locale|currency|timeZone)$)/;

/** A Rollup plugin. metadata: see readPackage. What belongs to the user is asked of the page when it runs. */
export function scopedImports(metadata) {
    return {
        name: 'salesforce-scoped-imports',
        resolveId: { order: 'pre', handler: (id) => (ANSWERED.test(id) ? MARK + id : undefined) },
        load(id) {
            // The package has no Apex; of this module it uses only what refreshes a wire.
            if (id === `${MARK}@salesforce/apex`) {
                return `export { refreshApex } from 'harness/wire';`;
            }
            if (!id.startsWith(MARK)) {
                return undefined;
            }
            const [kind, ...rest] = id.slice(`${MARK}@salesforce/`.length).split('/');
            const value = ANSWERS[kind](rest.join('/'), metadata);
            return value ? `export default ${value};` : this.error(`${id.slice(MARK.length)} is not in the package`);
        }
    };
}

const ANSWERS = {
    schema(name, { fields }) {
        const [objectApiName, fieldApiName] = name.split('.');
        if (!fieldApiName) {
            return fields.has(objectApiName) && JSON.stringify({ objectApiName });
        }
        return fields.get(objectApiName)?.has(fieldApiName) && JSON.stringify({ objectApiName, fieldApiName });
    },
    label(name, { labels }) {
        const text = labels.get(name.replace(/^c\./, ''));
        return text !== undefined && JSON.stringify(text);
    },
    customPermission(name, { customPermissions }) {
        return customPermissions.has(name) && `globalThis.user.customPermissions.includes('${name}') || undefined`;
    },
    i18n: (name) => `globalThis.user['${name}']`
};
