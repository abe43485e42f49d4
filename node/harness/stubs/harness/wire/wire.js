/** Wire adapters that ask the fixture server what Lightning Data Service would ask the UI API. */

import { unwrap } from 'lwc';

// Which adapter gave out a result, so that a component can hand the result back to have it refreshed.
const givers = new WeakMap();

/** Asks the fixture server. Returns {data, error} as a wire emits it; the error is the UI API's FetchResponse. */
async function ask({ path, query = {}, body }) {
    const address = new URL(`ui-api/${path}`, globalThis.stage?.api ?? document.baseURI);
    for (const [name, value] of Object.entries(query)) {
        address.searchParams.set(name, value);
    }
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(address, body && { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = await response.json();
    const { ok, status, statusText } = response;
    return ok ? { data: answer, error: undefined } : { data: undefined, error: { ok, status, statusText, body: answer } };
}

/** An adapter class. requestOf makes a request of a config; a config with an undefined value waits, as in an org. */
export function adapter(requestOf) {
    return class {
        constructor(emit) {
            this.emit = emit;
            emit({ data: undefined, error: undefined });
        }

        connect() {}

        disconnect() {}

        update(config) {
            const asked = JSON.stringify(config);
            if (Object.values(config).includes(undefined) || asked === this.asked) {
                return;
            }
            this.asked = asked;
            this.config = config;
            this.refresh();
        }

        async refresh() {
            const config = this.config;
            const result = await ask(requestOf(config));
            // An answer to an older question is of no interest any more.
            if (config === this.config) {
                givers.set(result, this);
                this.emit(result);
            }
        }
    };
}

/** Reads again what a wire gave out. Components get it as a read-only proxy, which is taken off first. */
export async function refreshApex(result) {
    await givers.get(unwrap(result)).refresh();
}

/** The name "Object.Field" of a field reference or a name. */
export function fieldName(field) {
    return typeof field === 'string' ? field : `${field.objectApiName}.${field.fieldApiName}`;
}

/** Field references or names, joined as the UI API takes them. */
export function fieldNames(fields) {
    return [fields].flat().map(fieldName);
}
