// Reads a JSON list of statements, writes a JSON list: whether soql-parser-js takes each one for a query.
// Usage: node validity.cjs FOLDER-WITH-NODE_MODULES < statements.json
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');

const { isQueryValid } = createRequire(resolve(process.argv[2], 'package.json'))('@jetstreamapp/soql-parser-js');
const statements = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(statements.map((text) => isQueryValid(text))));
