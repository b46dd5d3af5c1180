"""Our own copies of what others own, each kept up to date from its state topic."""
