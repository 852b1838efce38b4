"""The project: settings, addresses, the server. ``articles`` never knows it."""
