"""Build time of sfgen: from an org's describe metadata to a typed Python package."""
