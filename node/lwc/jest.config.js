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
    moduleNameMapper: {
        '^harness/(.*)$': '<rootDir>/node/harness/$1',
        '^lightning/actions$': '<rootDir>/node/lwc/mocks/lightning/actions',
        '^lightning/navigation$': '<rootDir>/node/lwc/mocks/lightning/navigation'
    },
    setupFilesAfterEnv: [...jestConfig.setupFilesAfterEnv, '<rootDir>/node/lwc/accessible.js'],
    transformIgnorePatterns: ['/node_modules/(?!.*@salesforce/sfdx-lwc-jest/src/lightning-stubs/)'],
    collectCoverageFrom: ['<rootDir>/force-app/main/default/lwc/*/*.js'],
    coverageThreshold: { global: { branches: 90, functions: 95, lines: 95, statements: 95 } }
};
