"""What is filled in: fields, forms made of settings, choices and searches."""
