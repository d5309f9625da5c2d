"""Apex REST classes: from their OpenAPI documents to typed clients."""
