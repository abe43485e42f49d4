/** An org for unit tests: opens components in the scenarios of the harness, whose UI API answers their wires. */
import path from 'node:path';
import { createElement } from 'lwc';
import { readPackage } from 'harness/lib/package-metadata.js';
import { answer } from 'harness/lib/ui-api.js';
import { SCENARIOS } from 'harness/scenarios.js';

const METADATA = readPackage(path.resolve(__dirname, '../../force-app'));

/** Every request since the component was opened, as [path, query, body]. */
export const requests = [];

/** Opens a component in a scenario and waits until its wires were answered. */
export async function open(Component, name) {
    const scenario = SCENARIOS[name];
    requests.length = 0;
    window.visited = [];
    globalThis.fetch = async (address, { body = '{}' } = {}) => {
        const { pathname, searchParams } = new URL(address);
        const request = [pathname.replace('/ui-api/', ''), Object.fromEntries(searchParams), JSON.parse(body)];
        requests.push(request);
        const result = answer(scenario, METADATA, ...request);
        // A request that the scenario leaves unanswered is never answered.
        return result ? { ok: result.status < 400, ...result, json: async () => result.body } : new Promise(() => {});
    };
    const element = createElement('c-opened', { is: Component });
    document.body.append(element);
    Object.assign(element, scenario.properties);
    await settled();
    return element;
}

/** Waits until all that was under way has been rendered. */
export async function settled() {
    for (let turn = 0; turn < 20; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 0));
    }
}

/** Closes what was opened. */
export function close() {
    document.body.replaceChildren();
}

/** All elements that match, in the element's shadow and in those below. */
export function all(element, selector) {
    const root = element.shadowRoot ?? element;
    const inside = [...root.querySelectorAll('*')].filter(({ shadowRoot }) => shadowRoot);
    return [...root.querySelectorAll(selector), ...inside.flatMap((child) => all(child, selector))];
}
