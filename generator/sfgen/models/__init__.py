"""The org for other tools: JSON Schema of its objects, and models that need nothing of sfgen."""
