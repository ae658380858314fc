"""Many edits of one region in one go: variants, dose series, screens."""
