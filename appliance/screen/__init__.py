"""What the person sees: a view becomes a picture, and the picture reaches the panel."""
