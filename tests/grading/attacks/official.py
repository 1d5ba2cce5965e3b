"""The corpus before the official grader."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from nbformat import NotebookNode

from helpers.grading import marking, results
from helpers.grading.results import Result
from helpers.grading.sandbox import Limits, MiB, Sandbox
from tests.grading.attacks import corpus
from tests.grading.attacks.corpus import Attack

# An honest answer takes hundredths of a second and next to nothing; what ends by these limits ends by any.
LIMITS = Limits(
    question_seconds=1.5,
    cell_seconds=3,
    total_seconds=30,
    cpu_seconds=20,
    memory=1536 * MiB,
    processes=64,
    disk=32 * MiB,
    shared=32 * MiB,
    output=MiB,
)
# asked before and after an attack
BYSTANDERS = {
    corpus.PROBLEM: ("bits_per_dim", "train_epoch", "gate", "GatedBlock"),
    "00_start": ("brightness", "squared_distances"),
    "01_foundations": ("normal_score", "leave_one_out"),
    "03_conv_vae": ("kl_weight", "interpolate"),
    "05_coupling_flow": ("log_prob", "dequantise"),
    "07_gan": ("discriminator_loss", "generator_loss"),
    "10_evaluation": ("mean_and_covariance", "kth_distance"),
    "11_graphical_models": ("descendants", "markov_blanket"),
}


def graded(
    notebook: NotebookNode, sandbox: Sandbox, limits: Limits = LIMITS, seed: int = 1, problem: str = corpus.PROBLEM
) -> Result:
    """What the grader finds in a notebook."""
    about = Result("student", problem, results.GRADED, seed=seed, sandbox=sandbox.level)
    return marking.mark_whole(notebook, about, sandbox, limits)


def attacked(
    attack: Attack, sandbox: Sandbox, places: Mapping[str, str], asked: Collection[str] | None = None
) -> Result:
    """What the grader finds in an attack; `places` are what it knows of this machine, such as @ROOT@."""
    code = attack.code
    for word, place in places.items():
        code = code.replace(word, place)
    asked = BYSTANDERS[attack.problem] if asked is None else asked
    notebook = corpus.submission({attack.exercise: code}, {attack.exercise, *asked}, attack.problem)
    return graded(notebook, sandbox, problem=attack.problem)


def earned(result: Result) -> dict[str, float]:
    """The points of each exercise."""
    return {question.name: question.earned for question in result.questions if not question.by_hand}
