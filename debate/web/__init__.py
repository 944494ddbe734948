"""The HTML door: function views, a file per noun. HTMX betters pages that work without it."""
