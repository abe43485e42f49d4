/**
 * Opens pages of the local org in headless Chromium, one login after another, and writes down what is seen.
 *
 *   node visit.js PLAN.json OUTPUT_FOLDER [CHROMIUM]
 *
 * PLAN.json: [{name, login, address, press, width, plant}]. login: an address that begins a session. press: text of a
 * button that is pressed before looking. plant: whether a mistake is planted afterwards, for axe to find. Writes OUTPUT_FOLDER/seen.json, by name, and a picture of each.
 */
import fs from 'node:fs';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { AXE, RULES, findPlanted, reachEverywhere } from './lib/looking.js';

// The first visit of an org has its components compiled, which takes a while where nothing was compiled before.
const TIMEOUT_MILLISECONDS = 280_000;

async function main([plan, folder, chromium = '/usr/bin/chromium']) {
    fs.mkdirSync(folder, { recursive: true });
    const sandbox = process.getuid() === 0 ? ['--no-sandbox'] : [];
    const browser = await puppeteer.launch({
        executablePath: chromium,
        // The org's certificate is made by a CA of its own.
        args: [...sandbox, '--lang=en-US', '--ignore-certificate-errors'],
        protocolTimeout: TIMEOUT_MILLISECONDS
    });
    try {
        const seen = {};
        for (const step of JSON.parse(fs.readFileSync(plan, 'utf8'))) {
            seen[step.name] = await look(browser, step, path.join(folder, `${step.name}.png`));
        }
        fs.writeFileSync(path.join(folder, 'seen.json'), JSON.stringify(seen, null, 2));
    } finally {
        await browser.close();
    }
}

async function look(browser, { login, address, press, width, plant }, picture) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MILLISECONDS);
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => ['error', 'warn'].includes(message.type()) && complaints.push(message.text()));
    await page.setBypassCSP(false);
    await page.setViewport({ width, height: 900 });
    await page.goto(login, { waitUntil: 'load' });
    complaints.length = 0;
    await page.goto(address, { waitUntil: 'load' });
    await settle(page);
    if (press) {
        const found = await page.waitForSelector(`xpath///button[normalize-space(.)="${press}"]`);
        await found.click();
        await settle(page);
    }
    await page.screenshot({ path: picture, fullPage: true });
    const told = await describe(page);
    const planted = plant ? await page.evaluate(findPlanted) : null;
    await context.close();
    return { ...told, complaints, planted };
}

async function settle(page) {
    await page.waitForNetworkIdle({ idleTime: 300, concurrency: 0 });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

async function describe(page) {
    // The page's own policy keeps foreign scripts out, so this one comes in by the browser's back door.
    const session = await page.createCDPSession();
    await session.send('Runtime.evaluate', { expression: AXE });
    await page.evaluate(reachEverywhere);
    return page.evaluate(async (rules) => {
        const { violations } = await globalThis.axe.run(document, { runOnly: rules });
        const { all } = globalThis;
        return {
            title: document.title,
            text: document.body.innerText,
            links: all('a').map((link) => ({
                text: link.textContent.trim(),
                address: link.getAttribute('href'),
                target: link.target
            })),
            buttons: all('button').map((button) => button.textContent.trim()),
            widerThanScreen: document.documentElement.scrollWidth > window.innerWidth,
            findings: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
        };
    }, RULES);
}

await main(process.argv.slice(2));
