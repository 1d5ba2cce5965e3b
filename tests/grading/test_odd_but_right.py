"""Right answers of an unusual kind get their full points, whatever else their cells do."""

import pytest

from helpers.grading import results
from helpers.grading.sandbox import Limits
from tests.grading.attacks import corpus, official

PROBLEM, EXERCISE = "03_conv_vae", "reparameterize"
BESIDE = "gaussian_kl"  # asked in the same process
RIGHT = "return mu + (0.5 * log_var).exp() * eps"
FUNCTION = f"def reparameterize(mu, log_var, eps):\n    {RIGHT}\n"
ANSWERS = {
    "compiled": f"@torch.compile\n{FUNCTION}",
    "compiled as one graph": f"@torch.compile(fullgraph=True)\n{FUNCTION}",
    "scripted": f"@torch.jit.script\n{FUNCTION}",
    "a partial lambda": (
        "import functools\n"
        "reparameterize = functools.partial(lambda s, mu, log_var, eps: mu + (s * log_var).exp() * eps, 0.5)\n"
    ),
    "a module with a hook": (
        f"class Draw(nn.Module):\n    def forward(self, mu, log_var, eps):\n        {RIGHT}\n\n"
        "reparameterize = Draw()\nreparameterize.register_forward_hook(lambda module, args, result: result * 1.0)\n"
    ),
    "a gradient of its own": (
        "class Deviation(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, v):\n"
        "        deviation = (v / 2).exp()\n        ctx.save_for_backward(deviation)\n        return deviation\n"
        "    @staticmethod\n    def backward(ctx, slope):\n        return slope * ctx.saved_tensors[0] / 2\n\n"
        "def reparameterize(mu, log_var, eps):\n    return mu + Deviation.apply(log_var) * eps\n"
    ),
    "mapped over the batch": (
        "def reparameterize(mu, log_var, eps):\n"
        "    return torch.vmap(lambda m, v, e: m + (0.5 * v).exp() * e)(mu, log_var, eps)\n"
    ),
    "in a thread": (
        "from concurrent.futures import ThreadPoolExecutor\n\n"
        "def reparameterize(mu, log_var, eps):\n    with ThreadPoolExecutor(2) as pool:\n"
        "        return mu + pool.submit((0.5 * log_var).exp).result() * eps\n"
    ),
    "timed by a magic": f"%%time\n{FUNCTION}",
    "among magics": f"%matplotlib inline\n!pip install torch\nfiles = !ls\n{FUNCTION}reparameterize?\n",
    "awaiting": f"import asyncio\n\nawait asyncio.sleep(0)\n{FUNCTION}",
    "everything set for all": (
        "import warnings\n\nimport numpy as np\n\n"
        "torch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)\ntorch.set_default_device('meta')\n"
        "torch.use_deterministic_algorithms(True)\ntorch.autograd.set_detect_anomaly(True)\ntorch.manual_seed(3)\n"
        f"np.seterr(all='raise')\nwarnings.simplefilter('error')\n{FUNCTION}"
    ),
    "loud": (
        "import logging\n\nfrom tqdm.auto import tqdm\n\nlogging.basicConfig(level=10)\n\n"
        "def reparameterize(mu, log_var, eps):\n    for _ in tqdm(range(3)):\n        print('x' * 10_000)\n"
        f"    logging.error('no')\n    {RIGHT}\n"
    ),
    "drawing": (
        "import matplotlib.pyplot as plt\nfrom IPython.display import HTML, clear_output, display\n\n"
        "def reparameterize(mu, log_var, eps):\n    plt.plot([1, 2])\n    plt.show()\n    display(HTML('<b>'))\n"
        f"    clear_output()\n    {RIGHT}\n"
    ),
    "names of Python's own taken": f"sum = 3; list = [1]; max = min; type = 'x'; id = 4; print = None\n{FUNCTION}",
    "failing behind the answer": f"{FUNCTION}assert reparameterize(0, 0, 0) == 1\n",
    "asking for input": f"{FUNCTION}n = input('How many? ')\n",
    "leaving": f"{FUNCTION}exit()\n",
    "lines of Windows": FUNCTION.replace("\n", "\r\n"),
    "letters of full width": FUNCTION.replace("reparameterize", "\uff52eparameterize"),
    "in Persian": (
        "def نمونه(میانگین, لگاریتم, نویز):\n    return میانگین + (0.5 * لگاریتم).exp() * نویز\n\n\n"
        "reparameterize = نمونه\n"
    ),
}


@pytest.mark.parametrize("code", ANSWERS.values(), ids=ANSWERS)
def test_it_gets_its_full_points(warm, code):
    notebook = corpus.submission({EXERCISE: code}, (EXERCISE, BESIDE), PROBLEM)
    found = official.graded(notebook, warm, Limits(), problem=PROBLEM)
    points = corpus.points(PROBLEM)
    assert found.state == results.GRADED
    assert official.earned(found) == {name: points[name] for name in (BESIDE, EXERCISE)}
