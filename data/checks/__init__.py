"""What is wrong with the data, or worth knowing: one check, one plain sentence."""
