"""The calls of the scripted session, one file for each room; napari_ripple.script joins them into RippleSession."""
