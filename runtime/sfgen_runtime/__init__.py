"""Run time of sfgen: all that generated code imports."""
