r"""How alike two images are to the eye: the structural similarity index, SSIM (Wang et al. 2004).

In a small window around each pixel, with means $\mu$, variances $\sigma^2$ and covariance $\sigma_{xy}$ under Gaussian
weights,

$$\mathrm{SSIM}(x, y) = \frac{2 \mu_x \mu_y + c_1}{\mu_x^2 + \mu_y^2 + c_1} \cdot
\frac{2 \sigma_{xy} + c_2}{\sigma_x^2 + \sigma_y^2 + c_2}, \qquad c_1 = (0.01\,L)^2, \quad c_2 = (0.03\,L)^2,$$

where $L$ is the range of the values. It is 1 for equal images, about 0 for unrelated ones, and never above 1.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

WINDOW, WIDTH = 11, 1.5  # pixels across, standard deviation of the weights


def ssim(x: Tensor, y: Tensor, span: float = 1.0) -> Tensor:
    """The mean SSIM of each pair of images, over windows that lie inside the image and over its channels.

    Args:
        x: Images, floating point, shape (B, C, H, W), at least 11 x 11.
        y: What they are compared with, the same shape.
        span: The range L of the values: 1 for [0, 1], 2 for [-1, 1].

    Returns:
        Shape (B,).
    """
    channels = x.shape[1]
    places = torch.arange(WINDOW, dtype=x.dtype, device=x.device) - WINDOW // 2
    weights = torch.exp(-(places**2) / (2 * WIDTH**2))
    weights = weights / weights.sum()

    def local_mean(values: Tensor) -> Tensor:
        rows = F.conv2d(values, weights.reshape(1, 1, -1, 1).expand(channels, 1, -1, 1), groups=channels)
        return F.conv2d(rows, weights.reshape(1, 1, 1, -1).expand(channels, 1, 1, -1), groups=channels)

    mean_x, mean_y = local_mean(x), local_mean(y)
    var_x = local_mean(x * x) - mean_x**2
    var_y = local_mean(y * y) - mean_y**2
    covariance = local_mean(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * span) ** 2, (0.03 * span) ** 2
    alike = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    return (alike / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))).flatten(1).mean(1)
