"""The grammar of charts: frame, marks, words, and how they come to a notebook and a page."""
