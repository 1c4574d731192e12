"""The Explore page: any metrics by any dimension, down to the people."""
