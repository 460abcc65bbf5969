"""Articles: from a page's bytes to the text a reader sees, and what the page says of itself."""
