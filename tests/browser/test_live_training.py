"""Training before one's eyes: one output with a bar, curves and images; interrupted, and gone on with."""

from tests.browser.tab import Notebook, screenshot

SETTING = """
import torch
from torch import nn
from helpers import data, presets, training

run = presets.start("smoke", "digits", 0, name="live")
digits = data.load("digits").train
torch.manual_seed(0)
model = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 64))


def loss(model, images, labels):
    x = images.float() / digits.levels
    rec = nn.functional.mse_loss(model(x), x.flatten(1))
    return rec, {"spread": x.std()}
"""
TRAIN = """
x = digits.images[:20].float() / digits.levels
history = training.fit(
    model, loss, data.Batches(digits, batch_size=8, seed=0), optimizer=training.adam(model, lr=1e-3),
    preview=lambda: model(x).reshape(x.shape), epochs=EPOCHS, name="net", run=run,
)
"""


def only_output(notebook: Notebook) -> dict:
    """What the training cell shows, by kind: one output, and nothing beside it."""
    (output,) = notebook.outputs("train")
    return {kind: "".join(text) for kind, text in output["data"].items()}


def test_a_training_is_watched_interrupted_and_gone_on_with(own_notebook, page):
    notebook = own_notebook("live", setting=SETTING, train=TRAIN.replace("EPOCHS", "100_000"))
    notebook.run("setting")
    cell = notebook.start("train")
    cell.locator("progress").wait_for()
    cell.get_by_alt_text("loss over").wait_for()
    cell.get_by_alt_text("Images that net makes now").wait_for()
    assert "steps/s" in only_output(notebook)["text/plain"]
    assert "left" in only_output(notebook)["text/plain"]
    screenshot(page, "live-training")
    first = page.evaluate("e => e.src", cell.get_by_alt_text("loss over").element_handle())
    page.wait_for_function(
        "([e, first]) => [...e.querySelectorAll('img')].some(i => i.alt.startsWith('loss over') && i.src !== first)",
        arg=[cell.element_handle(), first],
    )

    notebook.interrupt()
    assert "interrupted in epoch" in only_output(notebook)["text/plain"]
    assert "<progress" not in only_output(notebook)["text/html"]

    notebook.start("train")
    cell.locator("progress").wait_for()
    assert "continues in epoch" in only_output(notebook)["text/plain"]
    notebook.interrupt()

    notebook.write("train", TRAIN.replace("EPOCHS", "12"))
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    notebook.run("train")
    left = only_output(notebook)
    assert "12 epochs" in left["text/plain"]
    assert "Images that net makes now" not in left["text/html"]
    assert "loss over" in left["text/html"]
    assert len(left["text/html"]) < 20_000
    page.wait_for_selector("body[data-jp-theme-light=false]", state="attached")
    screenshot(page, "trained-dark")
