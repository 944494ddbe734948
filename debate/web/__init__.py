"""The HTML door: function views, a file per noun. Pages work without JavaScript; HTMX betters them."""
