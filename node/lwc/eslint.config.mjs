// To be run from the repository's root, which paths are relative to.
// Salesforce's rules for everything that becomes a component; ESLint's own for the programs around them.
import { createRequire } from 'node:module';
import lwc from '@salesforce/eslint-config-lwc';

const COMPONENTS = ['force-app/main/default/lwc/**/*.js', 'node/harness/stubs/**/*.js'];
const PROGRAMS = ['node/harness/{lib,page}/*.js', 'node/harness/*.js', 'node/lwc/*.{js,mjs}'];
const require = createRequire(import.meta.url);
const config = createRequire(require.resolve('@salesforce/eslint-config-lwc'));
const js = config('@eslint/js');
const globals = config('globals');

export default [
    { ignores: ['**/node_modules/', '**/dist/', '.local/', 'src/'] },
    { linterOptions: { reportUnusedDisableDirectives: 'error' } },
    ...lwc.configs.recommended.map((each) => ({ ...each, files: COMPONENTS })),
    {
        files: ['force-app/main/default/lwc/**/*.js'],
        settings: { 'import/core-modules': ['org'] },
        rules: {
            // Resolved by the platform, by Jest's configuration and by the harness; each fails on an unknown one.
            'import/no-unresolved': 'off'
        }
    },
    {
        ...js.configs.recommended,
        files: PROGRAMS,
        languageOptions: {
            ecmaVersion: 'latest',
            sourceType: 'module',
            globals: { ...globals.node, ...globals.browser, ...globals.jest }
        }
    },
    { files: ['node/lwc/*.config.js', 'node/lwc/accessible.js'], languageOptions: { sourceType: 'commonjs' } }
];
