"""Static files with names that follow from what is in them, so they are kept for ever."""

from typing import Any, ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage as Storage

_, IMPORTS = Storage._js_module_import_aggregation_patterns


class Hashed(Storage):  # type: ignore[misc]  # it has no types
    """Hashes names in `import` lines too, of our own scripts: they would be asked for anew.

    Django's switch for it takes comments in packages' scripts for imports, of files not there.
    """

    patterns: ClassVar[Any] = (*Storage.patterns, ("js/*.js", IMPORTS))
