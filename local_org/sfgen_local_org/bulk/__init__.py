"""Bulk jobs: rows of a CSV upload into the org, and rows of a query out of it, without holding them all in memory."""
