/**
 * Shows every scenario in headless Chromium and writes down what is seen.
 *
 *   node inspect.js OUTPUT_FOLDER [CHROMIUM]     one JSON document (OUTPUT_FOLDER/seen.json) and a picture of each view
 *   node inspect.js --serve                      serves the scenarios until interrupted, to look at them by hand
 */
import fs from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { ROOT, build } from './lib/build.js';
import { AXE, RULES, findPlanted, reachEverywhere } from './lib/looking.js';
import { readPackage } from './lib/package-metadata.js';
import { serve } from './lib/server.js';
import { SCENARIOS } from './scenarios.js';

const FORCE_APP = process.env.FORCE_APP ?? path.resolve(ROOT, '../../force-app');
const WIDTHS = { phone: 390, desktop: 1280 };
// The others differ from these in words alone, and are looked at where room is scarce.
const ON_DESKTOP = ['several', 'many', 'gift opt-out', 'action'];
// One of each component, in which axe has to find a planted mistake.
const PLANTED = ['several', 'action'];
const TIMEOUT_MILLISECONDS = 10_000;

async function main([folder, chromium = '/usr/bin/chromium']) {
    const importMap = await build(FORCE_APP);
    const server = await serve(readPackage(FORCE_APP), importMap);
    if (folder === '--serve') {
        for (const name of Object.keys(SCENARIOS)) {
            console.log(`${server.address}/scenarios/${encodeURIComponent(name)}/`);
        }
        return;
    }
    fs.mkdirSync(folder, { recursive: true });
    // Chromium's sandbox does not work for root; the page comes from this machine alone.
    const sandbox = process.getuid() === 0 ? ['--no-sandbox'] : [];
    const browser = await puppeteer.launch({ executablePath: chromium, args: [...sandbox, '--lang=en-US'] });
    try {
        const seen = {};
        for (const name of Object.keys(SCENARIOS)) {
            seen[name] = {};
            const views = Object.entries(WIDTHS).filter(([view]) => view === 'phone' || ON_DESKTOP.includes(name));
            for (const [view, width] of views) {
                const picture = path.join(folder, `${name.replaceAll(' ', '-')}-${view}.png`);
                const address = `${server.address}/scenarios/${name}/`;
                seen[name][view] = await look(browser, address, width, picture, PLANTED.includes(name));
            }
        }
        fs.writeFileSync(path.join(folder, 'seen.json'), JSON.stringify(seen, null, 2));
    } finally {
        await browser.close();
        server.close();
    }
}

async function look(browser, address, width, picture, plant) {
    const page = await browser.newPage();
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
        // The browser reports every answer of 400 and above; scenarios that fail on purpose say so themselves.
        if (['error', 'warn'].includes(message.type()) && !message.text().startsWith('Failed to load resource')) {
            complaints.push(message.text());
        }
    });
    await page.setViewport({ width, height: 900 });
    await page.goto(address, { waitUntil: 'load', timeout: TIMEOUT_MILLISECONDS });
    await settle(page);
    await page.evaluate(AXE);
    await page.evaluate(reachEverywhere);
    const first = await describe(page);
    await page.screenshot({ path: picture, fullPage: true });
    const more = await showMore(page);
    const planted = plant ? await page.evaluate(findPlanted) : null;
    await page.close();
    return { ...first, complaints, more, planted };
}

/** Waits until nothing was rendered for a while. */
async function settle(page) {
    await page.waitForNetworkIdle({ idleTime: 100, timeout: TIMEOUT_MILLISECONDS, concurrency: 1 });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

async function describe(page) {
    return page.evaluate(async (rules) => {
        const { violations } = await globalThis.axe.run(document, { runOnly: rules });
        const { all } = globalThis;
        return {
            text: document.querySelector('main').innerText,
            links: all('a').map((link) => ({
                text: link.textContent.trim(),
                address: link.getAttribute('href'),
                target: link.target
            })),
            steps: all('ol').map((list) => ({
                name: list.getAttribute('aria-label'),
                items: [...list.children].map((item) => item.textContent.trim()),
                current: [...list.children].findIndex((item) => item.getAttribute('aria-current') === 'step')
            })),
            busy: all('[aria-busy="true"]').length > 0,
            widerThanScreen: document.documentElement.scrollWidth > window.innerWidth,
            findings: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
        };
    }, RULES);
}

/** Presses Show More with the keyboard, when there is one, and says what came of it. */
async function showMore(page) {
    const button = await page.evaluateHandle(() =>
        globalThis.all('button').find((candidate) => candidate.textContent.trim() === 'Show More')
    );
    if (!button.asElement()) {
        return null;
    }
    await button.focus();
    await page.keyboard.press('Enter');
    await settle(page);
    return page.evaluate(() => {
        let focused = document.activeElement;
        while (focused?.shadowRoot?.activeElement) {
            focused = focused.shadowRoot.activeElement;
        }
        const said = globalThis.all('[role="status"]').map((element) => element.textContent);
        return { entries: globalThis.all('c-gift-entry').length, focused: focused?.textContent, said: said.join('') };
    });
}

await main(process.argv.slice(2));
