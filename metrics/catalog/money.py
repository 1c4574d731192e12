"""Revenue: what was sold, what is left of it, what an order is worth."""

from __future__ import annotations

from i18n import Words
from metrics.metric import Adds, Group, Metric, Unit

SALES = ("orders",)

MONEY: tuple[Metric, ...] = (
    Metric(
        key="gmv",
        name=Words("GMV", "成交总额（GMV）"),
        meaning=Words(
            "Value of all paid orders before discounts, guests included. Orders refunded later "
            "stay in it: a refund never reduces GMV.",
            "全部已付款订单的商品金额（折扣前，含游客订单）。"
            "之后退款的订单仍计入，退款不冲减 GMV。",
        ),
        formula=Words("Σ items × unit price over paid orders", "Σ 已付款订单的商品件数 × 单价"),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.FULLY,
        group=Group.MONEY,
        numerator="gmv",
        needs=SALES,
    ),
    Metric(
        key="net_revenue",
        name=Words("Net revenue", "净收入"),
        meaning=Words(
            "What is left of GMV after discounts and refunds, plus shipping income where the "
            "source has it. Adjustments such as bad debt are not in it.",
            "GMV 扣除折扣与退款后的金额；如数据源含运费收入则加上。坏账等调整不计入。",
        ),
        formula=Words(
            "GMV − discounts − refunds + shipping income", "GMV − 折扣 − 退款 + 运费收入"
        ),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.FULLY,
        group=Group.MONEY,
        numerator="net_revenue",
        needs=SALES,
    ),
    Metric(
        key="gross_margin",
        name=Words("Gross margin", "毛利"),
        meaning=Words(
            "Net revenue without shipping income, less the cost of goods that were not returned. "
            "Where cost is unknown on more than 1 % of GMV there is no value, unless a margin rate "
            "is set; then the number is marked as assumed.",
            "净收入（不含运费收入）减去未退回商品的成本。若超过 1% 的 GMV 没有成本数据则不显示；"
            "设置了假设毛利率时按其估算并标注“假设”。",
        ),
        formula=Words(
            "net revenue − shipping income − cost of goods not returned",
            "净收入 − 运费收入 − 未退回商品成本",
        ),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.FULLY,
        group=Group.MONEY,
        numerator="gross_margin",
        needs=SALES,
    ),
    Metric(
        key="orders",
        name=Words("Orders", "订单数"),
        meaning=Words(
            "Paid orders, guests included. An order counts on the day it was paid, or ordered "
            "where no payment time is known.",
            "已付款订单数（含游客）。按付款日计；没有付款时间时按下单日计。",
        ),
        formula=Words("count of paid orders", "已付款订单计数"),
        unit=Unit.COUNT,
        good="up",
        adds=Adds.FULLY,
        group=Group.MONEY,
        numerator="orders",
        needs=SALES,
    ),
    Metric(
        key="aov",
        name=Words("Average order value", "客单价"),
        meaning=Words(
            "GMV per paid order, guest orders included.", "每笔已付款订单的平均 GMV（含游客订单）。"
        ),
        formula=Words("GMV ÷ orders", "GMV ÷ 订单数"),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.NEVER,
        group=Group.MONEY,
        numerator="gmv",
        denominator="orders",
        needs=SALES,
    ),
    Metric(
        key="aov_identified",
        name=Words("Average order value, identified", "会员客单价"),
        meaning=Words(
            "GMV per paid order of identified customers.", "会员（已识别客户）每笔订单的平均 GMV。"
        ),
        formula=Words("GMV of identified customers ÷ their orders", "会员 GMV ÷ 会员订单数"),
        unit=Unit.MONEY,
        good="up",
        adds=Adds.NEVER,
        group=Group.MONEY,
        numerator="gmv_identified",
        denominator="orders_identified",
        needs=SALES,
        identified_only=True,
    ),
)
