"""Several records or requests in one call: collections, batch, composite, graph and tree.

What a client gives out is here: `Batch`, `Composite`, `Graphs`, and the handles of their steps.
"""
# Importing the runtime imports the collections only; the rest waits until it is asked for.
