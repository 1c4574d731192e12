"""What the team wrote beside a metric on a day: a sale, an outage, a change of price."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, model_validator

from i18n import Words
from store.kinds import Kind
from store.metric_keys import require_metric_key
from store.texts import clean_text

LONGEST = 200
"""Characters: what can still be read on a chart."""


class Annotation(BaseModel):
    """A sentence on the metric's line at the day `on`. Whether the metric exists and the data has
    come to that day is known further up."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    metric: str
    on: date
    text: str

    @model_validator(mode="after")
    def _can_be_kept(self) -> Annotation:
        require_metric_key(self.metric)
        clean_text(self.text, _TEXT, most=LONGEST)
        return self


ANNOTATION = Kind("annotation", Words(en="annotation", zh="标注"), Annotation)

_TEXT = Words(en="annotation", zh="标注内容")
