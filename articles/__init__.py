"""The newsroom itself: author → save → publish → render → serve."""
