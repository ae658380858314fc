"""How answers are scored: plain functions of arrays, sums that make any score, intervals, comparisons."""
