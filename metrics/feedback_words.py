"""Names of the reasons that customers give, for the keys that shops commonly write."""

from __future__ import annotations

from i18n import Words

REASONS: dict[str, Words] = {
    "price": Words("Price", "价格"),
    "too_expensive": Words("Too expensive", "价格太高"),
    "slow_delivery": Words("Slow delivery", "物流慢"),
    "late": Words("Arrived late", "送达延迟"),
    "late_delivery": Words("Late delivery", "配送延迟"),
    "not_received": Words("Not received", "未收到货"),
    "lost": Words("Lost on the way", "丢件"),
    "damaged": Words("Damaged", "商品破损"),
    "defective": Words("Defective", "商品故障"),
    "quality": Words("Quality", "质量问题"),
    "wrong_item": Words("Wrong item", "发错货"),
    "wrong_size": Words("Wrong size", "尺码不合适"),
    "sizing": Words("Sizing", "尺码"),
    "not_as_described": Words("Not as described", "与描述不符"),
    "changed_mind": Words("Changed their mind", "不想要了"),
    "no_longer_needed": Words("No longer needed", "不再需要"),
    "found_elsewhere": Words("Found elsewhere", "在别处购买"),
    "cheaper_elsewhere": Words("Cheaper elsewhere", "别处更便宜"),
    "service": Words("Service", "客服服务"),
    "payment": Words("Payment", "支付问题"),
    "refund": Words("Refund", "退款问题"),
    "out_of_stock": Words("Out of stock", "缺货"),
    "app_problem": Words("Problem with the app", "App 使用问题"),
    "too_many_messages": Words("Too many messages", "消息打扰过多"),
    "none": Words("No reason", "无特别原因"),
    "other": Words("Other", "其他"),
    "unknown": Words("Unknown", "未知"),
}


def reason_words(key: str) -> Words:
    """A reason's name; one that is not known stays as the source writes it."""
    return REASONS.get(key, Words(key, key))
