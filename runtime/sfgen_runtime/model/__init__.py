"""Typed models: sObjects, their fields, columns and queries."""
