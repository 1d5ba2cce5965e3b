"""Checks of 11_graphical_models, in the notebook's order.

Graphs are plain data: sets of arrows (pairs) or of lines (frozensets of two). networkx is the judge.
"""

from helpers.checks.graphical_models.by_hand import (
    alarm_independences,
    factorise_alarm,
    factorise_seven,
    seven_by_hand,
)
from helpers.checks.graphical_models.families import descendants, markov_blanket
from helpers.checks.graphical_models.lines import elimination_order, moralise, separated
from helpers.checks.graphical_models.maps import independences, kind_of_map
from helpers.checks.graphical_models.numbers import dependence, joint
from helpers.checks.graphical_models.trails import passes, reachable

__all__ = [
    "alarm_independences",
    "dependence",
    "descendants",
    "elimination_order",
    "factorise_alarm",
    "factorise_seven",
    "independences",
    "joint",
    "kind_of_map",
    "markov_blanket",
    "moralise",
    "passes",
    "reachable",
    "separated",
    "seven_by_hand",
]
