"""What a session holds: plain, frozen values, comparable where that is cheap; no Qt, no napari."""
