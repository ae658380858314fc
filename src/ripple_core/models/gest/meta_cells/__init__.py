"""What a GeST reads a cell as: meta cells, learned and looked up, in memory or from disk."""
