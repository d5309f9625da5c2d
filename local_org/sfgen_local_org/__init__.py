"""A Salesforce org on loopback, for development and tests. It is not, and never claims to be, Salesforce."""
