"""GeST: a generative pretrained transformer over cells (Hao et al., MLCB 2025), built from the paper's text."""
