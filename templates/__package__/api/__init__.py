"""One module for each tag, with the operations under it."""
