"""The training loop: what it computes, how it resumes, how it stops, and what it does not do on the way."""

import dataclasses
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import types
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from helpers import checkpoints, presets, previews, progress, trainer, training
from helpers.data import Batches, Split
from helpers.errors import WorkbookError
from helpers.history import POINTS, Curve, History

ROOT = Path(__file__).resolve().parents[1]
CPU = torch.device("cpu")


@pytest.fixture
def run(tmp_path):
    return presets.Run("smoke", "digits", 3, "02_pixelcnn", CPU, "32-true", tmp_path / "run", headless=True)


@pytest.fixture
def save_always(monkeypatch):
    """Every step is read and saved, as if each took half a minute."""
    for name in ("READ_EVERY", "SAVE_EVERY", "SAVE_EPOCHS"):
        monkeypatch.setattr(trainer, name, 0.0)
    monkeypatch.setattr(trainer, "SAVE_SHARE", float("inf"))


@pytest.fixture
def any_code(monkeypatch):
    """A loss that ends the process at some step counts as the loss that does not."""
    monkeypatch.setattr(checkpoints, "code", lambda *_: "")


def images(count=40):
    return torch.rand(count, 1, 6, 6, generator=torch.Generator().manual_seed(0))


def loader(**options):
    return DataLoader(TensorDataset(images()), batch_size=8, **{"shuffle": True, **options})


def split(count=40):
    return Split((images(count) * 16).round().to(torch.uint8), torch.zeros(count, dtype=torch.int64), levels=17)


def network():
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.2), nn.Conv2d(4, 1, 3, padding=1)
    )


def denoising(model, x, *_):
    x = x.float()
    noise = torch.randn_like(x) * float(np.random.rand())
    error = (model(x + noise) - x).square().mean()
    return error, {"noise": noise.square().mean()}


def fit(run=None, *, batches=None, model=None, loss=denoising, epochs=3, **options):
    model = model or network()
    return model, training.fit(
        model,
        loss,
        loader() if batches is None else batches,
        optimizer=training.adam(model, lr=1e-2),
        scheduler=training.warmup_cosine,
        clip=1.0,
        epochs=epochs,
        name="net",
        run=run,
        **options,
    )


def course(history):
    """A history without its seconds."""
    rows = [{name: value for name, value in row.items() if name != "seconds"} for row in history.epochs]
    return rows, history.curves, history.steps, history.images, history.finished


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True))


class KilledError(Exception):
    """Stands for a process that ends without a word."""


def killed_at(step, loss=denoising):
    """The same loss, which ends the process at a step."""
    calls = 0

    def dying(model, *batch):
        nonlocal calls
        calls += 1
        if calls == step:
            raise KilledError
        return loss(model, *batch)

    return dying


def test_it_is_the_plain_loop():
    model, history = fit(batches=loader(shuffle=False), loss=lambda net, x: (net(x) - x).square().mean())

    presets.seed_everything(0)
    plain = network().train()
    presets.seed_everything(0)
    optimizer = torch.optim.Adam(plain.parameters(), lr=1e-2, fused=True)
    scheduler = training.warmup_cosine(optimizer, 15)
    losses = []
    for _ in range(3):
        for (x,) in loader(shuffle=False):
            loss = (plain(x) - x).square().mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(plain.parameters(), 1.0)
            optimizer.step()
            scheduler.step()
            losses.append(loss.item())

    assert history.curve() == (list(range(1, 16)), losses)
    assert same(model, plain)
    assert history.epochs[1]["loss"] == pytest.approx(sum(losses[5:10]) / 5)
    assert (history.steps, history.images, history.finished) == (15, 120, True)
    assert history.seconds > 0
    assert not model.training


def test_the_seed_decides_whatever_was_drawn_before(run):
    torch.rand(100)
    one, _ = fit(run)
    torch.rand(7)
    other, _ = fit(run, fresh=True)
    assert same(one, other)


@pytest.mark.parametrize("kill", [1, 3, 5, 6, 8, 15], ids=lambda step: f"step {step}")
@pytest.mark.parametrize(
    "batches",
    [
        loader,
        lambda: loader(generator=torch.Generator().manual_seed(5)),
        lambda: Batches(split(), batch_size=8, seed=4),
    ],
    ids=["DataLoader", "DataLoader with a generator", "Batches"],
)
def test_a_resumed_training_equals_the_uninterrupted_one_bit_for_bit(
    run, any_code, tmp_path, save_always, kill, batches
):
    """Five steps make an epoch: killed in its middle, at its end, in the first step of all and in the last."""

    def validate():
        return float(torch.rand(()))

    whole, expected = fit(batches=batches(), validate=validate, run=_elsewhere(run, tmp_path))
    drawn = torch.rand(3), np.random.rand(3).tolist()
    with pytest.raises(KilledError):
        fit(run, batches=batches(), validate=validate, loss=killed_at(kill))
    resumed, history = fit(run, batches=batches(), validate=validate)

    assert same(resumed, whole)
    assert course(history) == course(expected)
    assert torch.equal(torch.rand(3), drawn[0])
    assert np.random.rand(3).tolist() == drawn[1]


def _elsewhere(run, folder):
    return presets.Run(**{**vars(run), "folder": folder / "elsewhere"})


def test_a_training_that_was_resumed_says_where(run, any_code, save_always, capsys):
    with pytest.raises(KilledError):
        fit(run, loss=killed_at(8))
    fit(run)
    assert "net: continues in epoch 2 of 3, at step 7.\n" in capsys.readouterr().out


def test_a_finished_training_is_not_repeated_unless_asked(run, capsys):
    first, history = fit(run)
    drawn = torch.rand(3)
    capsys.readouterr()

    again, repeated = fit(run, loss=denoising)
    out = capsys.readouterr().out
    assert out.startswith("net: trained already (3 epochs, 15 steps in ")
    assert out.endswith("; fresh=True trains it again.\n")
    assert out.count("\n") == 1
    assert same(again, first)
    assert repeated == history
    assert torch.equal(torch.rand(3), drawn)  # what follows in the notebook draws the same

    calls = []
    fit(run, fresh=True, on_epoch=lambda epoch, _: calls.append(epoch))
    assert calls == [1, 2, 3]


def test_the_same_cell_may_run_again_with_the_same_objects(run, capsys):
    model = network()
    optimizer = training.adam(model, lr=1e-2)
    options = {"optimizer": optimizer, "scheduler": training.warmup_cosine, "epochs": 2, "name": "net", "run": run}
    training.fit(model, denoising, loader(), **options)
    training.fit(model, denoising, loader(), **options)
    assert "trained already" in capsys.readouterr().out


def other_loss(model, x):
    return (model(x) - x).abs().mean()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda: {"epochs": 2}, "the number of epochs"),
        (lambda: {"model": nn.Sequential(nn.Conv2d(1, 1, 5, padding=2))}, "the shapes of the network"),
        (lambda: {"loss": other_loss}, "the code"),
        (lambda: {"config": {"checksum": "abc"}}, "config"),
        (lambda: {"batches": loader(drop_last=True)}, "the data"),
        (lambda: {"batches": Batches(split(), batch_size=8, seed=9)}, "the data"),
    ],
    ids=["epochs", "shapes", "loss", "config", "loader", "order"],
)
def test_a_checkpoint_of_another_configuration_is_kept_aside(run, capsys, change, named):
    fit(run)
    before = (run.folder / "net.pt").read_bytes()
    capsys.readouterr()

    _, history = fit(run, **change())
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("net: net.pt belongs to another configuration (")
    assert named in out[0]
    assert out[0].endswith("changed) and is kept as net.previous.pt; training starts anew.")
    assert history.finished
    assert (run.folder / "net.previous.pt").read_bytes() == before


def test_another_learning_rate_is_another_configuration(run, capsys):
    model = network()
    for lr in (1e-3, 2e-3):
        optimizer = training.adam(model, lr=lr)
        training.fit(model, denoising, loader(), optimizer=optimizer, epochs=1, name="net", run=run)
    assert "(the optimizer changed)" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["cut", "flipped", "foreign", "empty"])
def test_a_damaged_checkpoint_is_kept_aside(run, capsys, damage):
    model, _ = fit(run)
    path = run.folder / "net.pt"
    content = bytearray(path.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "flipped":
        content[content.index(model[0].weight.detach().numpy().tobytes())] ^= 1
    elif damage == "foreign":
        content = bytearray(pickle.dumps({"format": 1}))
    else:
        content = bytearray()
    path.write_bytes(content)
    capsys.readouterr()

    _, history = fit(run)
    out = capsys.readouterr().out
    assert out.startswith("net: net.pt is damaged and is kept as net.previous.pt; training starts anew.\n")
    assert history.finished


def test_a_disk_that_is_full_does_not_end_the_training(run, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(presets.os, "fsync", full)
    _, history = fit(run)
    assert history.finished
    assert "no checkpoint could be written (No space left on device); training goes on." in capsys.readouterr().out
    assert list(run.folder.iterdir()) == []


def test_ctrl_c_ends_after_the_step_keeps_what_was_trained_and_goes_on_later(run, any_code, tmp_path, capsys):
    whole, expected = fit(_elsewhere(run, tmp_path))
    handler = signal.getsignal(signal.SIGINT)
    calls = 0

    def pressed(model, x):
        nonlocal calls
        calls += 1
        if calls == 7:
            os.kill(os.getpid(), signal.SIGINT)
        return denoising(model, x)

    capsys.readouterr()
    model, history = fit(run, loss=pressed)
    out = capsys.readouterr().out
    assert out == (
        "net: interrupted in epoch 2 of 3, at step 7; what was trained is kept; run this again to continue from here.\n"
    )
    assert (history.steps, len(history.epochs), history.finished) == (7, 1, False)
    assert history.curve()[0] == list(range(1, 8))
    assert signal.getsignal(signal.SIGINT) is handler
    assert not same(model, network())

    resumed, rest = fit(run)
    assert same(resumed, whole)
    assert course(rest) == course(expected)


def test_a_second_ctrl_c_ends_at_once(run):
    def pressed_twice(model, x):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("the step went on")

    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        fit(run, loss=pressed_twice)
    assert signal.getsignal(signal.SIGINT) is handler


def test_it_trains_in_a_thread_that_cannot_listen_for_ctrl_c():
    results = []
    thread = threading.Thread(target=lambda: results.append(fit()[1].finished))
    thread.start()
    thread.join()
    assert results == [True]


def poisoned(step, poison):
    calls = 0

    def loss(model, x):
        nonlocal calls
        calls += 1
        value = denoising(model, x)[0]
        return value * poison if calls == step else value

    return loss


@pytest.mark.parametrize("poison", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_stops_and_puts_the_model_back(run, any_code, save_always, poison):
    with pytest.raises(KilledError):
        fit(run, loss=killed_at(8, lambda model, x: denoising(model, x)[0]))
    expected = checkpoints.Checkpoint(run.folder / "net.pt", {}).load()[0]["modules"]["model"]

    model = network()
    with pytest.raises(trainer.Diverged) as stop:
        fit(run, model=model, loss=poisoned(8, poison), fresh=True)
    sentence = str(stop.value)
    assert sentence.startswith(
        f"net: loss became {poison} at step 8, so training stopped and the model is back at step 7;"
    )
    assert "try a smaller learning rate" in sentence
    assert "\n" not in sentence
    for key, value in model.state_dict().items():
        assert torch.equal(value, expected[key])
    assert stop.value.history.curve()[0] == list(range(1, 8))


def test_without_a_checkpoint_the_model_is_back_at_its_start():
    model, start = network(), network()
    with pytest.raises(trainer.Diverged, match=r"loss became nan at step 4, .* is back at its start;"):
        fit(model=model, loss=poisoned(4, float("nan")))
    assert same(model, start)


def test_parameters_that_are_no_numbers_never_become_a_checkpoint(run):
    """The last loss is finite, but its step ruined the model."""

    class Ruin(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, gradient):
            return gradient * float("nan")

    calls = 0

    def loss(model, x):
        nonlocal calls
        calls += 1
        value = denoising(model, x)[0]
        return Ruin.apply(value) if calls == 15 else value

    model, start = network(), network()
    with pytest.raises(trainer.Diverged, match="a parameter stopped being finite by step 15"):
        fit(run, model=model, loss=loss)
    assert same(model, start)
    assert not (run.folder / "net.pt").exists()


def test_figures_beside_the_loss_may_be_no_numbers():
    _, history = fit(loss=lambda model, x: (denoising(model, x)[0], {"psnr": torch.tensor(float("inf"))}))
    assert history.finished
    assert history.last("psnr") == float("inf")


def test_no_step_waits_for_the_device(monkeypatch):
    """However many steps there are, the number of values that are brought to Python is the same."""
    monkeypatch.setattr(trainer, "READ_EVERY", 1e9)

    def waits(repeats):
        count = 0
        with monkeypatch.context() as patch:
            for name in ("item", "tolist", "numpy", "cpu", "__float__", "__bool__", "__int__"):
                original = getattr(torch.Tensor, name)

                def counted(*arguments, original=original, **options):
                    nonlocal count
                    count += 1
                    return original(*arguments, **options)

                patch.setattr(torch.Tensor, name, counted)
            fit(batches=[(images(8),)] * repeats, epochs=2)
        return count

    assert waits(3) == waits(60)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_no_step_waits_for_the_gpu(run, monkeypatch):
    monkeypatch.setattr(trainer, "READ_EVERY", 1e9)
    on_gpu = presets.Run(**{**vars(run), "device": torch.device("cuda", 0), "precision": "bf16-mixed"})
    modes = []

    def loss(model, x):
        torch.cuda.set_sync_debug_mode("error")  # from the first step to the reading at the end of the epoch
        modes.append(torch.cuda.get_sync_debug_mode())
        return (model(x) - x).square().mean()

    batches = [(images(8).cuda(),)] * 20
    read = trainer.Trainer._read

    def reading(self):
        torch.cuda.set_sync_debug_mode("default")
        read(self)

    monkeypatch.setattr(trainer.Trainer, "_read", reading)
    _, history = fit(on_gpu, batches=batches, loss=loss)
    assert history.finished
    assert len(modes) == 60


@pytest.fixture
def watched(monkeypatch):
    """A live front end that looks at every step; what it was shown."""
    shown, shell = [], types.SimpleNamespace(kernel=object(), execution_count=1)

    def display(bundle, raw, display_id):
        shown.append(bundle)
        return types.SimpleNamespace(update=lambda bundle, raw: shown.append(bundle))

    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=display))
    monkeypatch.setattr(progress._Board, "latest", None)
    for module, name in ((trainer, "READ_EVERY"), (progress, "REDRAW"), (previews, "FIRST"), (previews, "EVERY")):
        monkeypatch.setattr(module, name, 0.0)
    monkeypatch.setattr(previews, "SHARE", float("inf"))
    return shown


def test_images_are_previewed_only_before_somebodys_eyes_and_do_not_disturb_the_training(run, watched):
    model, modes = network(), []

    def preview():
        modes.append((model.training, torch.is_grad_enabled()))
        return model(images(4) + torch.randn(4, 1, 6, 6))

    live = dataclasses.replace(run, headless=False)
    _, history = fit(live, model=model, preview=preview)
    assert len(modes) == history.steps == 15
    assert set(modes) == {(False, False)}
    assert "Images that net makes now" in watched[5]["text/html"]
    plain, plain_history = fit(dataclasses.replace(run, folder=run.folder / "plain"), preview=lambda: 1 / 0)
    assert history.curves == plain_history.curves
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), plain.state_dict().values(), strict=True))


def test_a_preview_that_fails_is_told_once_and_the_training_goes_on(run, watched, capfd):
    _, history = fit(dataclasses.replace(run, headless=False), preview=lambda: 1 / 0)
    assert history.finished
    assert watched[-1]["text/plain"].count("shows no preview (ZeroDivisionError: division by zero)") == 1
    assert capfd.readouterr() == ("", "")


def test_a_live_training_that_was_finished_shows_its_curves_again(run, watched):
    live = dataclasses.replace(run, headless=False)
    fit(live)
    fit(live)
    assert "trained already" in watched[-1]["text/plain"]
    assert "loss over 15 steps" in watched[-1]["text/html"]


def test_a_budget_ends_a_training_of_short_epochs(monkeypatch):
    clock = iter(range(1_000_000))
    monkeypatch.setattr(trainer.time, "perf_counter", lambda: 0.02 * next(clock))
    _, history = fit(seconds=5.0, epochs=100)
    assert history.finished
    assert len(history.epochs) < 100
    assert history.seconds < 7.0


def test_validation_and_pictures_do_not_disturb_the_training():
    def validate():
        assert not model.training
        assert not torch.is_grad_enabled()
        return {"nats": torch.rand(()), "bits": 2.0}

    seen = []

    def on_epoch(epoch, history):
        torch.rand(10)
        np.random.rand(3)
        seen.append((epoch, history.epochs[-1]["epoch"]))

    plain, _ = fit()
    model = network()
    _, history = fit(model=model, validate=validate, on_epoch=on_epoch)
    assert same(model, plain)
    assert seen == [(1, 1), (2, 2), (3, 3)]
    assert history.epoch_curve("bits") == ([5, 10, 15], [2.0, 2.0, 2.0])
    assert 0 <= history.last("nats") < 1
    assert fit(validate=lambda: 0.25)[1].last("validation") == 0.25


def gan():
    torch.manual_seed(2)
    modules = {"G": nn.Linear(3, 36), "D": nn.Sequential(nn.Linear(36, 8), nn.ReLU(), nn.Linear(8, 1))}
    return modules, {name: training.adam(module, lr=1e-2) for name, module in modules.items()}


def gan_step(nets, optimizers, x):
    """A critic's step each time and a generator's step every other time, as a student writes them."""
    fake = nets["G"](torch.randn(len(x), 3))
    critic_loss = nets["D"](fake.detach()).mean() - nets["D"](x.flatten(1)).mean()
    optimizers["D"].zero_grad()
    critic_loss.backward()
    optimizers["D"].step()
    figures = {"D": critic_loss}
    if torch.rand(()) < 0.5:
        generator_loss = -nets["D"](fake).mean()
        optimizers["G"].zero_grad()
        generator_loss.backward()
        optimizers["G"].step()
        figures["G"] = generator_loss
    return figures


def train_gan(run, step=gan_step, **options):
    modules, optimizers = gan()
    history = training.train(
        step, loader(), modules=modules, optimizers=optimizers, epochs=3, name="gan", run=run, **options
    )
    return modules, history


def test_a_step_with_two_optimisers_trains_both_and_resumes_bit_for_bit(run, any_code, tmp_path, save_always):
    whole, expected = train_gan(_elsewhere(run, tmp_path))
    start = gan()[0]
    assert not same(whole["G"], start["G"])
    assert not same(whole["D"], start["D"])
    assert len(expected.curve("D")[0]) == 15
    assert 0 < len(expected.curve("G")[0]) < 15

    calls = 0

    def dying(*arguments):
        nonlocal calls
        calls += 1
        if calls == 9:
            raise KilledError
        return gan_step(*arguments)

    with pytest.raises(KilledError):
        train_gan(run, dying)
    resumed, history = train_gan(run)
    assert same(resumed["G"], whole["G"])
    assert same(resumed["D"], whole["D"])
    assert course(history) == course(expected)


class Memory:
    """What a training keeps beside its modules: the sum of each batch that it has seen."""

    def __init__(self):
        self.seen = []

    def state_dict(self):
        return {"seen": [value.clone() for value in self.seen]}

    def load_state_dict(self, state):
        self.seen = list(state["seen"])


def test_what_is_kept_beside_the_modules_is_resumed_with_them(run, any_code, save_always):
    def train(memory, stop=None):
        def step(nets, optimizers, x):
            if len(memory.seen) == stop:
                raise KilledError
            memory.seen.append(x.sum())
            return gan_step(nets, optimizers, x)

        return train_gan(run, step, keep={"memory": memory})

    with pytest.raises(KilledError):
        train(Memory(), stop=9)
    resumed = Memory()
    train(resumed)
    assert len(resumed.seen) == 15
    assert all(value.device == CPU for value in resumed.seen)
    assert len({round(float(value), 3) for value in resumed.seen}) == 15


def test_a_budget_of_seconds_ends_the_training(run, monkeypatch):
    monkeypatch.setattr(trainer, "READ_EVERY", 0.0)
    _, history = fit(run, epochs=10**6, seconds=0.2)
    assert history.finished
    assert 0.2 <= history.seconds < 5


def test_bfloat16_stays_inside_forward():
    run = presets.Run("laptop", "digits", 0, "p", CPU, "bf16-mixed", Path("nowhere"), headless=True)
    seen = []

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3, padding=1)

        def forward(self, x):
            seen.append(("inside", x.dtype, self.conv(x).dtype))
            return self.conv(x)

    def loss(model, x):
        y = model(x)
        seen.append(("outside", x.dtype, y.dtype))
        return (y - x).square().mean()

    model = Net()
    optimizer = training.adam(model, lr=1e-3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints.Checkpoint, "save", lambda *_: None)
        training.fit(model, loss, loader(), optimizer=optimizer, epochs=1, name="net", run=run)
    assert set(seen) == {
        ("inside", torch.float32, torch.bfloat16),
        ("outside", torch.float32, torch.float32),
    }
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_methods_of_the_model_can_be_called_in_the_loss():
    class Autoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(36, 36)

        def encode(self, x):
            return self.layer(x.flatten(1))

    model = Autoencoder()
    _, history = fit(model=model, loss=lambda net, x: net.encode(x).square().mean())
    assert history.curve()[1][-1] < history.curve()[1][0]


@pytest.mark.parametrize(
    ("loss", "sentence"),
    [
        (lambda model, x: model(x), "it is a tensor of shape"),
        (lambda model, x: model(x).mean().item(), "it is a float"),
        (lambda model, x: None, "it is a NoneType"),
        (lambda model, x: model(x).mean().detach(), "without a gradient"),
    ],
)
def test_a_loss_that_is_not_one_number_with_a_gradient_is_refused(loss, sentence):
    with pytest.raises(WorkbookError, match=sentence):
        fit(loss=loss)


def test_an_optimizer_of_another_model_is_refused():
    with pytest.raises(WorkbookError, match="make it after the model"):
        training.fit(network(), denoising, loader(), optimizer=training.adam(network(), 1.0), epochs=1, name="net")


def test_no_batches_are_refused():
    with pytest.raises(WorkbookError, match="no batches to train on"):
        fit(batches=DataLoader(TensorDataset(images(4)), batch_size=8, drop_last=True))


def test_where_compilation_fails_training_goes_on_without_it(capsys):
    def broken(graph, inputs):
        raise RuntimeError("no compiler here")

    plain, expected = fit()
    compiled = torch.compile
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "compile", lambda module, **_: compiled(module, backend=broken))
        model, history = fit(compile=True)
    assert "net: runs without compilation, which fails here (" in capsys.readouterr().out
    assert same(model, plain)
    assert course(history) == course(expected)


def test_warmup_cosine_rises_and_falls_to_zero():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=2.0)
    scheduler = training.warmup_cosine(optimizer, 10, warmup=4)
    rates = []
    for _ in range(11):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    assert rates[:5] == [0.5, 1.0, 1.5, 2.0, 2.0]
    assert rates[7] == pytest.approx(1.0)
    assert rates[10] == pytest.approx(0.0)


def test_evaluate_weights_each_image_alike():
    model = network()
    batches = DataLoader(TensorDataset(images(20)), batch_size=8)
    mean = training.evaluate(model, lambda net, x: net(x).mean(), batches)
    assert model.training
    model.eval()
    assert mean == pytest.approx(model(images(20)).mean().item(), rel=1e-5)


def test_a_curve_stays_small_and_keeps_its_means():
    curve = Curve()
    for step in range(1, 10 * POINTS + 1):
        curve.add(step, float(step))
    assert POINTS // 2 <= len(curve.values) < POINTS
    assert curve.stride == 16
    for last, mean in zip(curve.steps, curve.values, strict=True):
        assert mean == last - (curve.stride - 1) / 2


def test_a_history_survives_pickle_and_plain_values():
    _, history = fit()
    assert pickle.loads(pickle.dumps(history)) == history
    assert History.from_dict(history.to_dict()) == history
    assert history.images_per_second == pytest.approx(history.images / history.seconds)


SCRIPT = """
    import sys
    import torch
    from torch import nn
    from helpers import presets, training

    run = presets.start("laptop", "digits", 0, name="02_pixelcnn")
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 1))
    batches = [(torch.randn(8, 1, 6, 6),) for _ in range(4)]
    {body}
"""


def script(tmp_path, body, *launcher, **environment):
    path = tmp_path / "script.py"
    path.write_text(textwrap.dedent(SCRIPT).format(body=textwrap.dedent(body)))
    environment = {"PYTHONPATH": str(ROOT), "WORKBOOK_RUN_DIR": str(tmp_path / "run"), **environment}
    return subprocess.run(
        [sys.executable, *launcher, str(path)],
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_nothing_goes_to_stderr_and_little_to_stdout(tmp_path):
    body = """
def loss(model, x):
    return model(x).square().mean()

for epochs in (50, 50, 60):
    training.fit(model, loss, batches, optimizer=training.adam(model, 1e-3), scheduler=training.warmup_cosine,
                 epochs=epochs, name="net", run=run)
"""
    result = script(tmp_path, body)
    assert result.returncode == 0
    assert result.stderr == ""
    assert len(result.stdout.splitlines()) <= 5  # the run, trained, trained already, another configuration, trained


def test_a_process_killed_while_it_writes_leaves_the_earlier_checkpoint(tmp_path):
    body = """
import os
from helpers.checkpoints import Checkpoint

checkpoint = Checkpoint(run.folder / "net.pt", {"the code": "a"})
checkpoint.save({"step": 1, "weights": torch.ones(10)})
os.fsync = lambda _: os._exit(9)  # in the middle of the write
checkpoint.save({"step": 2, "weights": torch.ones(10)})
"""
    assert script(tmp_path, body).returncode == 9
    path = tmp_path / "run" / "net.pt"
    assert len(list(path.parent.iterdir())) == 2  # the unfinished file is still there
    state, why = checkpoints.Checkpoint(path, {"the code": "a"}).load()
    assert why == ""
    assert state["step"] == 1
    assert list(path.parent.iterdir()) == [path]


def test_two_processes_average_their_gradients(tmp_path):
    """Two processes with four batches of 8 take the steps that one process takes with two batches of 16."""
    body = """
model = nn.Sequential(nn.Flatten(), nn.Linear(36, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

def loss(model, x):
    return model(x).square().mean()

shown = []
history = training.fit(model, loss, batches, optimizer=optimizer, epochs=3, name="net", run=run,
                       on_epoch=lambda epoch, history: shown.append(epoch))
drawn = torch.rand(2)
training.fit(model, loss, batches, optimizer=optimizer, epochs=3, name="net", run=run)

from helpers.data import Batches, Split
rank, processes = presets.process_rank(), presets.process_count()
split = Split(torch.arange(40 * 36, dtype=torch.uint8).reshape(40, 1, 6, 6), torch.arange(40), levels=256)
shared = Batches(split, batch_size=8, seed=0, rank=rank, world_size=processes)
again = nn.Sequential(nn.Flatten(), nn.Linear(36, 1))
labels = []

def shared_loss(model, x, y):
    labels.extend(y.tolist())
    return model(x / 255).square().mean()

training.fit(again, shared_loss, shared, optimizer=training.adam(again, 1e-3), epochs=1, name="shared", run=run)
torch.save([model.state_dict(), history.to_dict(), drawn, shown, labels], run.folder.parent / f"{rank}.pt")
"""
    result = script(tmp_path, body, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("net: 3 epochs, 6 steps") == 1
    assert result.stdout.count("net: trained already") == 1
    assert result.stdout.count("shared: 1 epoch, 5 steps") == 1
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["net.pt", "shared.pt"]
    (one, history, drawn, shown, labels), (other, _, drawn_there, _, labels_there) = (
        torch.load(tmp_path / f"{rank}.pt") for rank in (0, 1)
    )
    assert shown == [1, 2, 3]
    assert sorted(labels + labels_there) == list(range(40))

    torch.manual_seed(0)
    nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(64, 1))  # as the script draws
    batches = [torch.randn(8, 1, 6, 6) for _ in range(4)]
    plain = nn.Sequential(nn.Flatten(), nn.Linear(36, 1))
    optimizer = torch.optim.SGD(plain.parameters(), lr=0.1)
    for _ in range(3):
        for pair in (batches[:2], batches[2:]):
            optimizer.zero_grad()
            loss = plain(torch.cat(pair)).square().mean()
            loss.backward()
            optimizer.step()
    for key, value in plain.state_dict().items():
        assert torch.equal(one[key], other[key])
        assert torch.allclose(one[key], value, atol=1e-2)  # the processes may multiply in bfloat16
    assert history["curves"]["loss"]["values"][-1] == pytest.approx(loss.item(), rel=0.05)
    assert history["images"] == 96
    assert not torch.equal(drawn, drawn_there)
