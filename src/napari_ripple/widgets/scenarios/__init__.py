"""Panels about several simulated experiments: kept ones, two side by side, doses, screens, and a real section beside."""
