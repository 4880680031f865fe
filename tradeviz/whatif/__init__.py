"""Own terms answered by a page itself: tables of the engine, one script, one fragment of HTML."""
