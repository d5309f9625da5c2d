"""The tables of the models, loaded when one is first used."""
