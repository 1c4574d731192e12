"""Ad-hoc questions: any metrics by any dimension, and the people behind any of them."""
