/** Serves the page of each scenario, the compiled components, and the answers of the UI API, on this machine only. */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { SCENARIOS } from '../scenarios.js';
import { ROOT } from './build.js';
import { answer } from './ui-api.js';

const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const FOLDERS = { dist: path.join(ROOT, 'dist'), assets: path.join(ROOT, 'node_modules/@salesforce-ux/design-system/assets') };

/** Starts on a free port of the loopback address. Returns {address, close}. */
export async function serve(metadata, importMap) {
    const server = http.createServer((request, response) => {
        respond(request, response, metadata, importMap).catch((problem) => {
            response.writeHead(500, { 'content-type': 'text/plain' }).end(String(problem?.stack ?? problem));
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = () => {
        server.closeAllConnections();
        server.close();
    };
    return { address: `http://127.0.0.1:${server.address().port}`, close };
}

async function respond(request, response, metadata, importMap) {
    const url = new URL(request.url, 'http://localhost');
    const [folder, ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
    if (folder in FOLDERS) {
        sendFile(response, FOLDERS[folder], rest);
    } else if (folder === 'scenarios' && rest[1] === 'ui-api') {
        const body = JSON.parse((await textOf(request)) || '{}');
        const query = Object.fromEntries(url.searchParams);
        const result = answer(SCENARIOS[rest[0]], metadata, rest.slice(2).join('/'), query, body);
        // A request that the scenario leaves unanswered stays open until the server closes.
        if (result) {
            response.writeHead(result.status, { 'content-type': 'application/json' }).end(JSON.stringify(result.body));
        }
    } else if (folder === 'scenarios' && SCENARIOS[rest[0]]) {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        response.end(page(rest[0], SCENARIOS[rest[0]], importMap));
    } else {
        response.writeHead(url.pathname === '/favicon.ico' ? 204 : 404).end();
    }
}

function sendFile(response, folder, names) {
    const file = path.join(folder, ...names);
    if (!file.startsWith(folder + path.sep) || !fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
        response.writeHead(404).end();
        return;
    }
    response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    fs.createReadStream(file).pipe(response);
}

async function textOf(request) {
    const chunks = [];
    for await (const chunk of request) {
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
}

function page(name, { component, properties, user }, importMap) {
    // The base components find icons below this root, as in an org.
    const script = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');
    return `<!doctype html>
<html lang="${user.locale}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<link rel="stylesheet" href="/assets/styles/salesforce-lightning-design-system.min.css">
<style>html, body { background: #f3f3f3; } main { max-width: 40rem; margin: 0 auto; padding: 0.75rem; }</style>
<script>globalThis.user = ${script(user)}; globalThis.scenario = ${script({ component, properties })};</script>
<script type="importmap">${script(importMap)}</script>
<script type="module" src="/dist/app/main.js"></script>
</head>
<body class="slds-scope"><main><h1 class="slds-assistive-text">${name}</h1></main></body>
</html>`;
}
