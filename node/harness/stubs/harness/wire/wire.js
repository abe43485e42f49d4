/** Wire adapters that ask the fixture server what Lightning Data Service would ask the UI API. */

const live = new Set();

/** Asks the fixture server. Returns {data, error} as a wire emits it; the error is the UI API's FetchResponse. */
async function ask({ path, query = {}, body }) {
    const address = new URL(`ui-api/${path}`, document.baseURI);
    for (const [name, value] of Object.entries(query)) {
        address.searchParams.set(name, value);
    }
    const response = await fetch(address, body && { method: 'POST', body: JSON.stringify(body) });
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

        connect() {
            live.add(this);
        }

        disconnect() {
            live.delete(this);
        }

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
                this.emit(result);
            }
        }
    };
}

/** Reads again what every connected wire holds. */
export function refreshAll() {
    for (const wire of live) {
        if (wire.config) {
            wire.refresh();
        }
    }
}

/** The name "Object.Field" of a field reference or a name. */
export function fieldName(field) {
    return typeof field === 'string' ? field : `${field.objectApiName}.${field.fieldApiName}`;
}

/** Field references or names, joined as the UI API takes them. */
export function fieldNames(fields) {
    return [fields].flat().map(fieldName);
}
