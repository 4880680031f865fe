"""Own terms answered by a page itself: tables of the engine, one script, one fragment of HTML."""

from tradeviz.whatif.page import SmallForm, hash_of, small_form, templates, what_if_page

__all__ = ["SmallForm", "hash_of", "small_form", "templates", "what_if_page"]
