"""The local org's HTTP face: the Salesforce REST, OAuth and SOAP login endpoints over an `Org`.

`call` holds the request and answer that every endpoint speaks in, `router` finds the endpoint, `app` turns ASGI into
calls; the other modules are one group of endpoints each. The sub-requests of the composite resources are calls too, so
that they meet the same router and the same code as requests over the wire.
"""
