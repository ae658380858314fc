"""What is measured and beside what: scores of unseen cells and of responses, always next to plain baselines."""
