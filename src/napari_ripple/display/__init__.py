"""What the tissue shows: the value of every cell, measured and simulated, under one choice of colouring."""
