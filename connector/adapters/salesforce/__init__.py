"""One connected Salesforce org behind ports.SalesforceOrg."""
