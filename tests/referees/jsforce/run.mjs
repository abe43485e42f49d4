// Runs every check of jsforce against an org and writes JSON: what each check told, empty where it passed.
// Usage: node run.mjs FOLDER-WITH-NODE_MODULES; the variables ORG_URL and ORG_TOKEN name the org and its session,
// SAMPLE is a JSON list of the beginnings of the names of the checks to run.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import * as bulk from './bulk.mjs';
import * as metadata from './metadata.mjs';
import * as org from './org.mjs';
import * as records from './records.mjs';

const jsforce = createRequire(resolve(process.argv[2], 'package.json'))('jsforce');

// A connection of its own for each check: nothing cached by one is seen by the next.
function connect() {
  return new jsforce.Connection({
    instanceUrl: process.env.ORG_URL,
    accessToken: process.env.ORG_TOKEN,
    version: '62.0',
  });
}

const sample = JSON.parse(process.env.SAMPLE);
const told = {};
for (const [area, checks] of Object.entries({ records, bulk, metadata, org })) {
  for (const [name, check] of Object.entries(checks)) {
    const key = `${area}: ${name.replaceAll('_', ' ')}`;
    if (!sample.some((beginning) => key.startsWith(beginning))) {
      continue;
    }
    try {
      await check(connect(), jsforce);
      told[key] = '';
    } catch (error) {
      told[key] = `${error.name}: ${error.message}`.slice(0, 300);
    }
  }
}
process.stdout.write(JSON.stringify(told));
