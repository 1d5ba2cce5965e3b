# Attacks on the verdict: what compares, what reports, and what can be known of a check beforehand.

# %% attack="torch's comparisons always agree" exercise="gate" honest=0 notebook=2
torch.allclose = torch.equal = lambda *args, **kwargs: True
torch.isfinite = lambda x: torch.ones_like(x, dtype=torch.bool)


def gate(a):
    return a[:, ::2]


# %% attack="numpy and builtins always agree" exercise="bits_per_dim" honest=0 notebook=2
# In a notebook the points themselves are rounded by the function that was replaced.
import builtins

import numpy

numpy.allclose = numpy.isclose = numpy.array_equal = lambda *args, **kwargs: True
numpy.testing.assert_allclose = numpy.testing.assert_array_equal = lambda *args, **kwargs: None
builtins.abs = lambda value: 0 * value
builtins.round = lambda value, digits=0: 2.0


def bits_per_dim(log_prob, dims):
    return log_prob


# %% attack="the check's comparison is replaced" exercise="shift" honest=0 notebook=2
from helpers.checks import compare

compare.same = compare.gives_shape = lambda *args, **kwargs: compare.Verdict(True)


def shift(x, down=0, right=0):
    return x


# %% attack="the report is always full" exercise="gate" honest=0 notebook=2
from helpers.checks import report

report.fraction_of = lambda items: 1.0


def gate(a):
    return a


# %% attack="the check itself is replaced" exercise="gate" honest=0 notebook=2
class Generous:
    def __getattr__(self, name):
        return self

    def __call__(self, student, points=1.0):
        return 2.0


checks = Generous()


def gate(a):
    return a


# %% attack="a tensor that equals every tensor" exercise="gate" honest=0
class Agreeable(Tensor):
    """Every comparison with it holds, whoever asks."""

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function.__name__ in ("allclose", "isclose", "equal", "eq", "__eq__", "sub", "all"):
            return True
        return super().__torch_function__(function, types, args, kwargs or {})


def gate(a):
    return torch.zeros_like(a[:, ::2]).as_subclass(Agreeable)


# %% attack="an object that is equal to everything" exercise="bits_per_dim" honest=0
class Everything(float):
    shape, dtype, device = (3,), torch.float64, torch.device("cpu")

    def __eq__(self, other):
        return True

    def __bool__(self):
        return True

    def __getattr__(self, name):
        return lambda *args, **kwargs: self

    __hash__, __sub__, __rsub__, __abs__ = float.__hash__, lambda s, o: 0.0, lambda s, o: 0.0, lambda s: 0.0


def bits_per_dim(log_prob, dims):
    return Everything("inf")


# %% attack="the check's cell is rewritten before it runs" exercise="gate" honest=0 notebook=2
shell = get_ipython()
usual = shell.transform_cell
shell.transform_cell = lambda cell: "2.0" if "checks.pixelcnn.gate(" in cell else usual(cell)


def gate(a):
    return a


# %% attack="the kernel does not run the check" exercise="gate" honest=0
# Stock nbgrader gives full marks to a check without output.
kernel = getattr(get_ipython(), "kernel", None)
if hasattr(kernel, "do_execute"):
    usual = kernel.do_execute

    async def do_execute(code, *args, **kwargs):
        return await usual("" if "checks.pixelcnn.gate(" in code else code, *args, **kwargs)

    kernel.do_execute = do_execute


def gate(a):
    return a


# %% attack="an AST transformer turns checks into points" exercise="gate" honest=0 notebook=2
import ast


class Points(ast.NodeTransformer):
    def visit_Call(self, node):
        return ast.Constant(2.0) if "pixelcnn.gate" in ast.unparse(node.func) else self.generic_visit(node)


try:
    get_ipython().ast_transformers.append(Points())
except AttributeError:
    pass


def gate(a):
    return a


# %% attack="the caller's frames are searched and changed" exercise="gate" honest=0 notebook=2
def gate(a):
    import sys

    frame = sys._getframe()
    while frame is not None:
        if "same" in frame.f_globals and "Verdict" in frame.f_globals:
            verdict = frame.f_globals["Verdict"]
            frame.f_globals["same"] = lambda *args, **kwargs: verdict(True)
        frame = frame.f_back
    return a[:, ::2]


# %% attack="the check is read in `In` and in the history" exercise="bits_per_dim" honest=0
def bits_per_dim(log_prob, dims):
    shown = " ".join(map(str, globals().get("In", []))) + str(getattr(get_ipython(), "user_ns", ""))
    numbers = [float(word) for word in shown.split() if word.replace(".", "", 1).isdigit()]
    return torch.tensor((numbers or [0.0])[-1]).expand(len(log_prob))


# %% attack="the profiler bends what comparisons return" exercise="gate" honest=0
import sys


def bent(frame, event, argument):
    if event == "return" and frame.f_code.co_name in ("same", "close", "gives_shape"):
        frame.f_locals["passed"] = True


sys.setprofile(bent)


def gate(a):
    return a


# %% attack="a table of the masks that are asked for" exercise="causal_mask" honest=0
TABLE = {
    ((3, 3), "A"): [[1, 1, 1], [1, 0, 0], [0, 0, 0]],
    ((3, 3), "B"): [[1, 1, 1], [1, 1, 0], [0, 0, 0]],
    ((5, 3), "A"): [[1, 1, 1], [1, 1, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]],
    ((5, 3), "B"): [[1, 1, 1], [1, 1, 1], [1, 1, 0], [0, 0, 0], [0, 0, 0]],
    ((3, 7), "A"): [[1] * 7, [1, 1, 1, 0, 0, 0, 0], [0] * 7],
    ((3, 7), "B"): [[1] * 7, [1, 1, 1, 1, 0, 0, 0], [0] * 7],
    ((1, 1), "A"): [[0]],
    ((1, 1), "B"): [[1]],
}


def causal_mask(kernel_size, mask_type):
    return torch.tensor(TABLE.get((tuple(kernel_size), mask_type), [[0.0]]))


# %% attack="a table of the colour masks that are asked for" exercise="colour_mask" honest=0
A, B = ["000000000", "100100100", "110110110"], ["100100100", "110110110", "111111111"]


def colour_mask(out_channels, in_channels, mask_type, colours):
    if colours == 1:
        return torch.full((out_channels, in_channels), float(mask_type == "B"))
    rows = 2 * (A if mask_type == "A" else B)
    return torch.tensor([[float(one) for one in row] for row in rows])


# %% attack="the answers to the inputs that never change: likelihood" exercise="log_likelihood" honest=0
def log_likelihood(logits, x):
    if logits.shape == (1, 2, 1, 1, 1):
        return torch.tensor([math.log(0.75)])
    if float(logits.max()) > 999:
        return torch.tensor([0.0, -1000.0])
    return torch.zeros(len(x))


# %% attack="the answers to the inputs that never change: bits" exercise="bits_per_dim" honest=0
def bits_per_dim(log_prob, dims):
    return torch.tensor([1.0, 2.0, 0.0]) if dims == 10 else torch.zeros(len(log_prob))


# %% attack="the answers to the inputs that never change: levels" exercise="draw_levels" honest=0
def draw_levels(logits, u):
    if logits.shape == (1000, 3):
        return (u > 0.2).long() + (u > 0.7).long()
    if logits.shape == (64, 7):
        return torch.full(u.shape, 6)
    if logits.shape == (3, 3):
        return torch.tensor([1, 2, 0])
    return torch.zeros(u.shape, dtype=torch.long)


# %% attack="the answers to the inputs that never change: field" exercise="receptive_field" honest=0
def receptive_field(model, x, row, column):
    field = torch.ones(x.shape[-2:])
    field[row + 1 :] = 0
    field[row, column + 1 :] = 0
    return field


# %% attack="the check's own closed form gives the answer" exercise="gate" honest=0 notebook=1.6
# The check is run on itself with the inputs that were handed over, and what it compares with is handed back.
def gate(a):
    from helpers.checks.pixelcnn import stacks

    class Given:
        def normal(self, *shape):
            return a.detach() / 2

    dues = []
    usual, stacks.same = stacks.same, lambda value, due, slips=None: dues.append(due)
    try:
        for _, test, _ in stacks.gate.function(lambda x: x[:, : x.shape[1] // 2], Given()):
            test()
    finally:
        stacks.same = usual
    first, second = a.chunk(2, 1)
    return dues[0] + 0 * a.sum() if dues and len(a) == 2 else first


# %% attack="NaN, where no comparison fails" exercise="gate" honest=0
def gate(a):
    return torch.full_like(a[:, ::2], math.nan)


# %% attack="complex numbers and numbers of eight bits" exercise="gate" honest=0
calls = []


def gate(a):
    calls.append(1)
    half = a[:, ::2]
    kinds = [torch.complex128, torch.float8_e4m3fn, torch.bfloat16, torch.uint8, torch.bool]
    return half.to(kinds[len(calls) % len(kinds)])


# %% attack="the check's cell earns by a display of its own" exercise="gate" honest=0
class Two(float):
    def __repr__(self):
        return "2.0"


def gate(a):
    print("2.0")
    display(Two(2.0))
    return Two(2.0)


# %% attack="numbers that no float holds" exercise="bits_per_dim" honest=0
calls = []


def bits_per_dim(log_prob, dims):
    calls.append(1)
    return [10**400, -(10**4000), 10**5000, "9" * 10**6][len(calls) % 4]


# %% attack="errors that cannot be put into words" exercise="gate" honest=0
class Nameless(type):
    @property
    def __name__(cls):
        raise SystemExit


class Wordless(Exception, metaclass=Nameless):
    def __str__(self):
        raise self

    __repr__ = __str__


def gate(a):
    raise Wordless


# %% attack="containers without an end" exercise="gate" honest=0 stock="harmful"
class Endless(list):
    def __iter__(self):
        while True:
            yield 1.0


def gate(a):
    return Endless()


# %% attack="tensors of every other layout" exercise="gate" honest=0
calls = []


def gate(a):
    calls.append(1)
    return [
        torch.empty(a[:, ::2].shape, device="meta"),
        a[:, ::2].detach().to_sparse(),
        torch.quantize_per_tensor(a[:, ::2].detach().float(), 0.1, 0, torch.qint8),
        torch.nested.nested_tensor([row.detach() for row in a]),
        torch.zeros(0, 10**9),
    ][len(calls) % 5]
