"""What ``ripple benchmark viewer`` races: our canvas against napari's own, in real windows."""
