"""The demo shop: a deterministic simulation of a cross-border shop, with the truth about it."""

from data.demo.shop import DemoShop
from data.demo.spec import PRESETS, DemoSpec

__all__ = ["PRESETS", "DemoShop", "DemoSpec"]
