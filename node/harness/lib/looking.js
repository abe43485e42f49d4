/** What both inspectors look at pages with. */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

export const AXE = fs.readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
export const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Runs in the page. Defines all(selector): like querySelectorAll, and into every shadow, which that does not enter. */
export function reachEverywhere() {
    const within = (root, selector) => [
        ...root.querySelectorAll(selector),
        ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? within(shadowRoot, selector) : []))
    ];
    globalThis.all = (selector) => within(document, selector);
}

/** Runs in the page. Puts an image without a text into the innermost shadow and says what axe finds of it. */
export async function findPlanted() {
    globalThis.all('div').at(-1).append(document.createElement('img'));
    const { violations } = await globalThis.axe.run(document, { runOnly: ['image-alt'] });
    return violations.map(({ id }) => id);
}
