"""Static files with names that follow from what is in them, so they are kept for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Hashed(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Hashes names in `import` lines of scripts too, which would be asked for anew otherwise."""

    support_js_module_import_aggregation = True
