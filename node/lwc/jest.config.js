// Jest looks for tests next to the components; its own parts, and the scenarios of the harness, are found from here.
const path = require('node:path');

const ROOT = path.resolve(__dirname, '../..');
// The preset looks for sfdx-project.json in the working folder.
process.chdir(ROOT);
const { jestConfig } = require('@salesforce/sfdx-lwc-jest/config');

module.exports = {
    ...jestConfig,
    rootDir: ROOT,
    roots: ['<rootDir>/force-app/main/default/lwc'],
    modulePaths: ['<rootDir>/node/lwc/node_modules'],
    modulePathIgnorePatterns: ['<rootDir>/src/', '<rootDir>/.local/', '<rootDir>/node/harness/dist/'],
    // The wires, and what else the published stubs leave out, are the harness's own: tests and browser see one UI API.
    moduleNameMapper: {
        '^(harness/wire|@salesforce/apex)$': '<rootDir>/node/harness/stubs/harness/wire/wire.js',
        '^lightning/(actions|navigation|uiObjectInfoApi|uiRecordApi|uiRelatedListApi)$':
            '<rootDir>/node/harness/stubs/lightning/$1/$1.js',
        '^harness/(.*)$': '<rootDir>/node/harness/$1',
        '^org$': '<rootDir>/node/lwc/org.js'
    },
    setupFilesAfterEnv: [...jestConfig.setupFilesAfterEnv, '<rootDir>/node/lwc/accessible.js'],
    transformIgnorePatterns: ['/node_modules/(?!.*@salesforce/sfdx-lwc-jest/src/lightning-stubs/)'],
    // Generous, because a busy machine is not a fault of the components.
    testTimeout: 60_000,
    // Always, and with a cache of its own: the cache does not tell counted code from uncounted, and would give back either.
    collectCoverage: true,
    coverageReporters: ['text-summary'],
    cacheDirectory: '<rootDir>/.local/jest',
    collectCoverageFrom: ['<rootDir>/force-app/main/default/lwc/*/*.js'],
    coverageThreshold: { global: { branches: 90, functions: 95, lines: 95, statements: 95 } }
};
