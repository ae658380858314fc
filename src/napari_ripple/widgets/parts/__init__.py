"""What panels are built of, whichever they are: pages, forms, tables, bars, colours of the theme."""
