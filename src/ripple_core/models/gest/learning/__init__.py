"""How a GeST is trained: windows in an order, what is done to them, and what the network is asked for."""
