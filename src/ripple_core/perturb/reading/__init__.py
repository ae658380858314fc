"""A finished run read: responses, effects, the volcano, comparisons, and words for a paper."""
