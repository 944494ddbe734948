"""Pure text: Markdown to safe HTML, the plain text of it, and quoted passages found in that."""
