"""Several records or requests in one call: collections, batch, composite, graph and tree.

`requests` has what a client's `batch`, `composite` and `graphs` give out, `steps` the handles of their steps.
"""
# Importing the runtime imports the collections only; the rest waits until it is asked for.
