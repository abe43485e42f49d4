/**
 * Compiles the components of a local org for its record pages.
 *
 *   node stage.js FOLDER     FOLDER/c holds the bundles, FOLDER/org.json what they may import of the org and which of
 *                            them pages show; writes FOLDER/app/stage.js, or says what is wrong and exits with 1
 */
import fs from 'node:fs';
import path from 'node:path';
import { buildStage } from './lib/build.js';

const [folder] = process.argv.slice(2);
const { shown, fields, labels, customPermissions } = JSON.parse(fs.readFileSync(path.join(folder, 'org.json'), 'utf8'));
const metadata = {
    fields: new Map(Object.entries(fields).map(([object, names]) => [object, new Set(names)])),
    labels: new Map(Object.entries(labels)),
    customPermissions: new Set(customPermissions)
};
try {
    await buildStage(folder, metadata, shown);
} catch (mistake) {
    const file = mistake.loc?.file ?? mistake.id;
    const where = file ? `${path.basename(file)}: ` : '';
    console.error(where + mistake.message.replaceAll(/\s+/g, ' '));
    process.exitCode = 1;
}
