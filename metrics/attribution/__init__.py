"""Attribution: which channel's touches share the credit for an order, under eight models."""
