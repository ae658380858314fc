"""What napari asks the plugin for, as the manifest names it: readers, writers, the example, commands."""
