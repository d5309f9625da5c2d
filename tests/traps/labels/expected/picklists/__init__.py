"""The picklists and record types of the org, a module an object."""
