// Salesforce's own rules for the components, and the recommended ones for the programs of the harness.
import lwc from '@salesforce/eslint-config-lwc';

const COMPONENTS = '**/lwc/*/*.js';
const STUBS = '**/harness/stubs/**/*.js';
const ignored = { ignores: ['**/node_modules/', '**/dist/'] };
const configured = lwc.configs.recommended.map((config) => ({ ...config, files: [COMPONENTS, STUBS] }));

export default [
    ignored,
    ...configured,
    {
        files: [COMPONENTS],
        languageOptions: { ecmaVersion: 'latest', sourceType: 'module' }
    }
];
