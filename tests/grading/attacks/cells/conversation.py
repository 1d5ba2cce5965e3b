# Attacks on the conversation between the student's process and the grader. Stock nbgrader has no such conversation.

# %% common=true
# Where an attack that has read the grader's sources finds things: the channel, the number of the request, the messages.
import json
import os
import struct
import sys
import time

wire = sys.modules.get("inside.wire")
runtime = sys.modules.get("inside.runtime")


def local(name):
    """A local variable of some caller."""
    frame = sys._getframe(1)
    while frame is not None:
        if name in frame.f_locals and frame.f_globals.get("__name__", "").startswith("inside."):
            return frame.f_locals[name]
        frame = frame.f_back


def send(content):
    """Bytes to the grader, as if the runtime had written them."""
    os.write(local("channel").write, content)


def message(header, blob=b""):
    header = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">QQ", len(header), len(blob)) + header + blob


def reply(number, **value):
    """A whole and well-formed reply."""
    return wire.pack({"id": number, "kind": "value", "call": 1, "tracked": [], **value})


def written(value):
    """A whole message with a value as the JSON that is given."""
    return message(
        b'{"id": %d, "kind": "value", "call": 1, "tracked": {"list": []}, "value": %s}' % (local("number"), value)
    )


# %% attack="replies ahead of time" exercise="gate" honest=0 stock="no such conversation" costs="GatedBlock"
def gate(a):
    first, second = a.detach().chunk(2, 1)
    number = local("number")
    send(b"".join(reply(number + later, value=first.tanh(), tracked=[False]) for later in range(200)))
    return first * second


# %% attack="the runtime answers what it likes" exercise="shift" honest=0 stock="no such conversation"
def anything(self, header, blob):
    request = wire.unpack(header, blob, self._real, wire.named)
    tensors = [t for t in request.get("args", ()) if isinstance(t, Tensor)]
    more = {"tensors": [], "modules": [], "frozen": [], "error": "", "syntax": False}
    return reply(request["id"], value=tensors[0] if tensors else None, **more, passed=True)


def shift(x, down=0, right=0):
    runtime.Runtime.reply = anything
    return x


# %% attack="every message says that all is well" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    usual = wire.pack
    wire.pack = lambda message: usual(
        {**message, "passed": True, "points": 2.0, "verdict": True, "score": 2, "items": []}
    )
    return a[:, ::2]


# %% attack="replies with numbers that nobody asked for" exercise="gate" honest=0 stock="no such conversation"
calls = []


def gate(a):
    calls.append(1)
    numbers = [0, -1, True, float(local("number")), str(local("number")), None, 10**30, [local("number")]]
    send(reply(numbers[len(calls) % len(numbers)], value=a.detach()[:, :3]))
    return a[:, ::2]


# %% attack="messages without end" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    content = reply(local("number"), value=2.0)
    while True:
        send(content)


# %% attack="half a message, then silence" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    send(reply(local("number"), value=2.0)[:-3])
    time.sleep(60)


# %% attack="a message of 2^60 bytes is announced" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    send(struct.pack(">QQ", 2**60, 2**60) + b"{" * 1000)
    time.sleep(60)


# %% attack="the grader is answered and never listened to" exercise="draw_levels" honest=0 stock="no such conversation"
# Its questions pile up unread: a grader that waits until they are taken waits for ever.
def draw_levels(logits, u):
    number = local("number")
    for later in range(200):
        send(wire.pack({"id": number + later, "kind": "broken", "message": "later"}))
    time.sleep(60)


# %% attack="replies nested a hundred thousand deep" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    send(written(b'{"list": [' * 100_000 + b"]}" * 100_000))
    time.sleep(60)


# %% attack="replies nested as deep as JSON is read" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    send(written(b'{"list": [' * 300 + b"]}" * 300))
    time.sleep(60)


# %% attack="numbers that all fall into one place of a set" exercise="gate" honest=0 stock="no such conversation"
# Python's hash of k (2^61 - 1) is 0 for every k: a set of n of them takes n^2 comparisons in the grader.
def gate(a):
    numbers = ", ".join(str(k * (2**61 - 1)) for k in range(150_000))
    send(written(b'{"set": [%s]}' % numbers.encode()))
    time.sleep(60)


# %% attack="NaN and infinity in JSON" exercise="bits_per_dim" honest=0 stock="no such conversation"
calls = []


def bits_per_dim(log_prob, dims):
    calls.append(1)
    send(written([b"NaN", b"Infinity", b'{"complex": [NaN, NaN]}', b'{"list": [NaN, NaN, NaN]}'][len(calls) % 4]))
    time.sleep(60)


# %% attack="a number of a million digits" exercise="train_epoch" honest=0 stock="no such conversation"
def train_epoch(model, loss, optimizer, batches):
    send(written(b"9" * 10**6))
    time.sleep(60)


# %% attack="tensors whose headers lie" exercise="gate" honest=0 stock="no such conversation"
calls = []


def gate(a):
    calls.append(1)
    kinds = [
        {"dtype": "F64", "shape": [2, 3, 3, 4], "data_offsets": [0, 8]},
        {"dtype": "F64", "shape": [2**32, 2**32], "data_offsets": [0, 576]},
        {"dtype": "F64", "shape": [-1, 3], "data_offsets": [0, 576]},
        {"dtype": "F4", "shape": [2, 3, 3, 16], "data_offsets": [0, 576]},
        {"dtype": "PICKLE", "shape": [1], "data_offsets": [0, 576]},
        {"dtype": "F64", "shape": [0, 2**62], "data_offsets": [0, 0]},
        {"dtype": "F64", "shape": [0, 10**9], "data_offsets": [0, 0]},
        {"dtype": "C64", "shape": [2, 3, 3, 4], "data_offsets": [0, 576]},
    ]
    header = json.dumps({"0": kinds[len(calls) % len(kinds)]}).encode()
    blob = struct.pack("<Q", len(header)) + header + bytes(576)
    value = {"id": local("number"), "kind": "value", "call": 1, "value": {"tensor": 0}, "tracked": {"list": [True]}}
    send(message(value, blob))
    time.sleep(60)


# %% attack="gradients of other shapes and kinds" exercise="shift" honest=0 stock="no such conversation" costs="gate GatedBlock"
def do_vjp(self, call, slopes):
    return {"tensors": [torch.ones(7), "no", None, 3], "modules": [3, {"w": torch.ones(2)}]}


def shift(x, down=0, right=0):
    runtime.Runtime.do_vjp = do_vjp
    return x


# %% attack="a name that leads into the grader" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    send(written(b'{"name": "torch:load"}'))
    time.sleep(60)


# %% attack="a pickle in place of a tensor" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    import pickle

    class Run:
        def __reduce__(self):
            return os.system, ("touch /tmp/attacked",)

    value = {"id": local("number"), "kind": "value", "call": 1, "value": {"tensor": 0}, "tracked": {"list": [True]}}
    send(message(value, pickle.dumps(Run())))
    time.sleep(60)


# %% attack="the channel is closed" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    os.close(local("channel").write)
    return a[:, ::2]


# %% attack="every descriptor is closed and opened again" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    os.closerange(0, 100)
    for _ in range(20):
        os.open("/tmp/other", os.O_RDWR | os.O_CREAT)
    return a[:, ::2]


# %% attack="two processes answer" exercise="gate" honest=0 stock="no such conversation"
def gate(a):
    os.fork()
    return a[:, ::2]


# %% attack="no cell is run any more, no question begun" exercise="gate" honest=0 stock="no such conversation"
# What is answered to "run this cell" or "begin a question" is no answer of a check.
usual = runtime and runtime.Runtime.reply


def sorry(self, header, blob):
    request = json.loads(header)
    if request["do"] in ("run", "seed", "fetch"):
        return wire.pack({"id": request["id"], "kind": "broken", "message": "sorry"})
    return usual(self, header, blob)


def gate(a):
    runtime.Runtime.reply = sorry
    return a[:, ::2]


# %% attack="the generators cannot be seeded" exercise="gate" honest=0 stock="no such conversation"
import random

torch.manual_seed = random.seed = None


def gate(a):
    return a[:, ::2]


# %% attack="words that no file can hold" exercise="gate" honest=0 stock="spoils the feedback page"
def gate(a):
    print("\ud800 \x1b]0;owned\x07 \x1b[2J")
    raise ValueError("=cmd|'/c calc'!A1 \ud800 \x00 [/red] [bold] \x1b[2J \u202e <script>alert(1)</script>")


# %% attack="a cell fails with words that no file can hold" exercise="bits_per_dim" honest=0 stock="spoils the feedback page"
class Surrogate(Exception):
    def __str__(self):
        return "\udcff \x1b[2J [/red] " + "x" * 10**7


Surrogate.__name__ = "\ud800"
raise Surrogate


# %% attack="parameters with names that no file can hold" exercise="ResidualBlock" honest=0 stock="spoils the feedback page"
class ResidualBlock(nn.Module):
    def __init__(self, width, conv=None, colours=1):
        super().__init__()
        for name in ("\ud800", "[/red]", "x" * 10**6):
            self.register_parameter(name, nn.Parameter(torch.zeros(3)))

    def forward(self, h):
        return h


# %% attack="modules that weigh nothing there and much here" exercise="gate" honest=0 stock="no such conversation"
# Each parameter is one number repeated; whoever asks for it gets 200 MB.
class Heavy(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(1).expand(50_000_000))

    def double(self):
        return self


def gate(a):
    return [Heavy() for _ in range(20)]


# %% attack="a result that is too large" exercise="gate" honest=0
def gate(a):
    return torch.zeros(1).expand(300_000_000)


# %% attack="an object that is another every time" exercise="gate" honest=0
class Twisted:
    @property
    def __class__(self):
        raise SystemExit(0)

    def __del__(self):
        raise KeyboardInterrupt


def gate(a):
    return [Twisted(), {1: Twisted()}, {2.0, "x"}, range(3), a[:, ::2]]
