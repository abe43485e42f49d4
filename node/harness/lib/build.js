/** Compiles the components in two stages: engine and base components once per lock file, the package's own each time. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import lwc from '@lwc/rollup-plugin';
import nodeResolve from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';
import { rollup } from 'rollup';
import { readPackage } from './package-metadata.js';
import { scopedImports } from './scoped-imports.js';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const DIST = path.join(ROOT, 'dist');
const BASE_COMPONENTS = ['button', 'buttonIcon', 'card', 'formattedDateTime', 'formattedNumber', 'icon', 'spinner'];
const VENDOR = ['lwc', '@lwc/synthetic-shadow', ...BASE_COMPONENTS.map((name) => `lightning/${name}`)];

/** Builds both stages below dist/ and returns the import map that joins them. Raises on every warning of the second. */
export async function build(forceApp) {
    const metadata = readPackage(forceApp);
    await buildVendor(metadata);
    await buildComponents(forceApp, metadata);
    return { imports: addresses('/dist/vendor') };
}

/** Where a page finds each module that all builds share. */
function addresses(folder) {
    return Object.fromEntries(VENDOR.map((id) => [id, `${folder}/${fileOf(id)}.js`]));
}

/**
 * Builds app/stage.js in a folder of an org's components: those below c/, made to stand on its record pages.
 *
 * metadata: see readPackage. shown: names of the components that pages show.
 */
export async function buildStage(folder, metadata, shown) {
    await buildVendor(metadata);
    const bundle = await bundled('stage:entry', metadata, folder, [stageEntry(shown)]);
    const paths = addresses('/lightning/components/vendor');
    await bundle.write({ file: path.join(folder, 'app', 'stage.js'), format: 'esm', paths });
}

function stageEntry(shown) {
    // Synthetic shadow comes before everything that makes an element, so that the page's style sheet applies inside.
    const imports = shown.map((name) => `import ${name} from 'c/${name}';`);
    const first = `import '@lwc/synthetic-shadow';\nimport { present } from './stage.js';`;
    const code = `${first}\n${imports.join('\n')}\npresent({ ${shown.join(', ')} });`;
    const entry = path.join(ROOT, 'page', 'stage-entry.js');
    return {
        name: 'stage-entry',
        resolveId: (id) => (id === 'stage:entry' ? entry : null),
        load: (id) => (id === entry ? code : null)
    };
}

async function buildVendor(metadata) {
    const madeFrom = createHash('sha256');
    for (const file of ['package-lock.json', 'lib/build.js', 'lib/scoped-imports.js']) {
        madeFrom.update(fs.readFileSync(path.join(ROOT, file)));
    }
    const stamp = path.join(DIST, 'vendor', 'made-from');
    const digest = madeFrom.digest('hex');
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === digest) {
        return;
    }
    const bundle = await rollup({
        input: Object.fromEntries(VENDOR.map((id) => [fileOf(id), `vendor:${id}`])),
        preserveEntrySignatures: 'strict',
        // The base components import each other in circles; their warnings are not ours to mend.
        onwarn() {},
        plugins: [vendorEntries(), ...plugins(metadata, [])]
    });
    // Written beside and moved, so that whoever reads meanwhile finds the old files or the new ones.
    const fresh = path.join(DIST, `vendor-${process.pid}`);
    await bundle.write({ dir: fresh, format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js' });
    fs.writeFileSync(path.join(fresh, 'made-from'), digest);
    fs.rmSync(path.join(DIST, 'vendor'), { recursive: true, force: true });
    fs.renameSync(fresh, path.join(DIST, 'vendor'));
}

async function buildComponents(forceApp, metadata) {
    const bundle = await compile(forceApp, metadata, path.join(DIST, 'components'));
    await bundle.write({ dir: path.join(DIST, 'app'), format: 'esm' });
}

/** Compiles the components and keeps nothing. Raises with the compiler's words on the first mistake. */
export async function check(forceApp) {
    const own = path.join(DIST, `check-${process.pid}`);
    try {
        await compile(forceApp, readPackage(forceApp), own);
    } finally {
        fs.rmSync(own, { recursive: true, force: true });
    }
}

async function compile(forceApp, metadata, own) {
    // The compiler finds a module's package by walking up from its file, so the components must lie below this folder.
    fs.rmSync(own, { recursive: true, force: true });
    fs.cpSync(path.join(forceApp, 'main/default/lwc'), path.join(own, 'c'), {
        recursive: true,
        filter: (file) => !file.endsWith('__tests__')
    });
    return bundled(path.join(ROOT, 'page/main.js'), metadata, own, []);
}

function bundled(input, metadata, folder, before) {
    return rollup({
        input,
        external: VENDOR,
        onwarn(warning) {
            throw new Error(`${warning.code}: ${warning.message}`);
        },
        plugins: [...before, ...plugins(metadata, [{ dir: folder }])]
    });
}

function plugins(metadata, modules) {
    return [
        scopedImports(metadata),
        lwc({
            rootDir: ROOT,
            modules: [{ dir: path.join(ROOT, 'stubs') }, ...modules, { npm: 'lightning-base-components' }],
            enableDynamicComponents: true
        }),
        nodeResolve(),
        replace({
            preventAssignment: true,
            // Needs a browser feature that synthetic shadow, which Lightning Experience uses, does not offer.
            'features.enableComboboxElementInternals': 'false',
            'import.meta.env.SSR': 'false',
            'process.env.NODE_ENV': JSON.stringify('development')
        })
    ];
}

function vendorEntries() {
    return {
        name: 'vendor-entries',
        resolveId: (id) => (id.startsWith('vendor:') ? path.join(ROOT, 'page', `${id.replace('/', '!')}.js`) : null),
        load(id) {
            const name = path.basename(id, '.js').replace('!', '/');
            if (!name.startsWith('vendor:')) {
                return null;
            }
            const module = name.slice('vendor:'.length);
            const forms = { lwc: `export * from 'lwc';`, '@lwc/synthetic-shadow': `import '@lwc/synthetic-shadow';` };
            return forms[module] ?? `export { default } from '${module}';`;
        }
    };
}

const fileOf = (id) => id.replace('@', '').replace('/', '-');
