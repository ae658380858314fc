"""What several models share: attention over known cells, the key/value cache, sampling from logits."""
