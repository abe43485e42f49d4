"""SOAP: envelopes in, envelopes out, faults in Salesforce's words."""
