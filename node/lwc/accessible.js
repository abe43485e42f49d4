// Adds expect(element).toBeAccessible(), Salesforce's axe rules, to every test.
const { setup } = require('@sa11y/jest');

setup();
