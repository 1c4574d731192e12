"""The application's own store: what the team decided and wrote, with its whole history."""

from store.annotation import ANNOTATION, Annotation
from store.audience import AUDIENCE, Audience
from store.channel_table import CHANNEL_TABLE, ChannelRow, ChannelTable
from store.decision import DECISION, Decision, DecisionStatus
from store.engine import DEFAULT_URL
from store.experiment_plan import EXPERIMENT_PLAN, ExperimentPlan, Guardrail, PlannedArm
from store.kinds import Kind
from store.overview_deck import OVERVIEW_DECK, OverviewDeck
from store.problems import EditConflict
from store.records import Store, open_store
from store.saved import ACTION_NAMES, Action, AuditLine, Saved
from store.saved_funnel import SAVED_FUNNEL, SavedFunnel
from store.spend_experiment import SPEND_EXPERIMENT, SpendExperiment
from store.target import TARGETS, MetricTargets, TargetGrain

__all__ = [
    "ACTION_NAMES",
    "ANNOTATION",
    "AUDIENCE",
    "CHANNEL_TABLE",
    "DECISION",
    "DEFAULT_URL",
    "EXPERIMENT_PLAN",
    "OVERVIEW_DECK",
    "SAVED_FUNNEL",
    "SPEND_EXPERIMENT",
    "TARGETS",
    "Action",
    "Annotation",
    "Audience",
    "AuditLine",
    "ChannelRow",
    "ChannelTable",
    "Decision",
    "DecisionStatus",
    "EditConflict",
    "ExperimentPlan",
    "Guardrail",
    "Kind",
    "MetricTargets",
    "OverviewDeck",
    "PlannedArm",
    "Saved",
    "SavedFunnel",
    "SpendExperiment",
    "Store",
    "TargetGrain",
    "open_store",
]
