"""What starts long work and shows how far it is."""
