"""The bots' door: the REST API. One file per noun, serializers above their endpoints."""
