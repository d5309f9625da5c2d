"""The Jinja templates of generated packages, a package of its own so that wheels and editable installs both find it."""
