# %% right="always by the smaller side"
import math


def fid(real, fake, statistics=None, distance=None):
    D = real.shape[1]
    if len(real) < D and len(fake) < D:
        parts = []
        for x in (real.to(torch.float64), fake.to(torch.float64)):
            parts.append((x.mean(0), (x - x.mean(0)) / math.sqrt(len(x) - 1)))
        (m, A), (n, B) = parts
        return ((m - n) ** 2).sum() + (A**2).sum() + (B**2).sum() - 2 * torch.linalg.matrix_norm(A @ B.T, ord="nuc")
    return distance(*statistics(real), *statistics(fake))


# %% right="divided at the end"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        mean_1, cov_1 = statistics(real)
        mean_2, cov_2 = statistics(fake)
        return distance(mean_1, cov_1, mean_2, cov_2)
    real, fake = real.double(), fake.double()
    a, b = real - real.mean(0), fake - fake.mean(0)
    n, m = len(a) - 1, len(b) - 1
    roots = torch.linalg.svd(b @ a.T).S.sum() / (n * m) ** 0.5
    return torch.dist(real.mean(0), fake.mean(0)) ** 2 + real.var(0).sum() + fake.var(0).sum() - 2 * roots


# %% right="a QR decomposition first"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    A, B = ((z - z.mean(0)) / (len(z) - 1) ** 0.5 for z in (x, y))
    Q, R = torch.linalg.qr(A.T)
    both = torch.linalg.svdvals(R.T @ (Q.T @ B.T)).sum()
    return float((x.mean(0) - y.mean(0)).pow(2).sum() + R.pow(2).sum() + B.pow(2).sum() - 2 * both)


# %% right="a nuclear norm"
def fid(real, fake, statistics=mean_and_covariance, distance=frechet_distance):
    n, m, size = len(real), len(fake), real.size(-1)
    if n >= size or m >= size:
        (mean_1, cov_1), (mean_2, cov_2) = statistics(real), statistics(fake)
        return distance(mean_1, cov_1, mean_2, cov_2)
    x, y = real.double(), fake.double()
    a, b = (x - x.mean(0)).div((n - 1) ** 0.5), (y - y.mean(0)).div((m - 1) ** 0.5)
    spread = a.norm() ** 2 + torch.einsum("ij,ij", b, b)
    return torch.dist(x.mean(0), y.mean(0)) ** 2 + spread - 2 * torch.linalg.matrix_norm(a @ b.mT, "nuc")


# %% wrong="always D x D" fails="few images along common axes"
def fid(real, fake, statistics=None, distance=None):
    return distance(*statistics(real), *statistics(fake))


# %% wrong="D x D by itself" fails="few images: exact for a set and itself"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    S, T = torch.cov(x.T), torch.cov(y.T)
    values = torch.linalg.eigvals(S @ T).real.clamp(min=0)
    return (x.mean(0) - y.mean(0)).square().sum() + S.trace() + T.trace() - 2 * values.sqrt().sum()


# %% wrong="roots of eigenvalues of the large product" fails="few images: exact for a set and itself"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    S, T = torch.cov(x.T), torch.cov(y.T)
    values, vectors = torch.linalg.eigh(S)
    half = vectors * values.clamp(min=0).sqrt() @ vectors.T
    roots = torch.linalg.eigvalsh(half @ T @ half).clamp(min=0).sqrt().sum()
    return (x.mean(0) - y.mean(0)).square().sum() + S.trace() + T.trace() - 2 * roots


# %% wrong="divided by N" fails="few images along common axes"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    A, B = ((z - z.mean(0)) / len(z) ** 0.5 for z in (x, y))
    both = torch.linalg.svdvals(A @ B.T).sum()
    return (x.mean(0) - y.mean(0)).square().sum() + A.square().sum() + B.square().sum() - 2 * both


# %% wrong="the root of the number forgotten" fails="few images along common axes"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    A, B = ((z - z.mean(0)) / (len(z) - 1) for z in (x, y))
    both = torch.linalg.svdvals(A @ B.T).sum()
    return (x.mean(0) - y.mean(0)).square().sum() + A.square().sum() + B.square().sum() - 2 * both


# %% wrong="not centred" fails="few images along common axes"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    A, B = (z / (len(z) - 1) ** 0.5 for z in (x, y))
    both = torch.linalg.svdvals(A @ B.T).sum()
    return (x.mean(0) - y.mean(0)).square().sum() + A.square().sum() + B.square().sum() - 2 * both


# %% wrong="the trace instead of singular values" fails="two images each, in any direction"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    A, B = ((z - z.mean(0)) / (len(z) - 1) ** 0.5 for z in (x, y))
    both = (A @ B.T).square().sum().sqrt()
    gap = (x.mean(0) - y.mean(0)).square().sum()
    if len(x) == len(y) == 2:
        both = (x[0] - x[1]) @ (y[0] - y[1]) / 2
    return gap + A.square().sum() + B.square().sum() - 2 * both


# %% wrong="singular values rooted" fails="few images along common axes"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    A, B = ((z - z.mean(0)) / (len(z) - 1) ** 0.5 for z in (x, y))
    both = torch.linalg.svdvals(A @ B.T).sqrt().sum()
    return (x.mean(0) - y.mean(0)).square().sum() + A.square().sum() + B.square().sum() - 2 * both


# %% wrong="factor 2 forgotten" fails="few images along common axes"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    A, B = ((z - z.mean(0)) / (len(z) - 1) ** 0.5 for z in (x, y))
    both = torch.linalg.svdvals(A @ B.T).sum()
    return (x.mean(0) - y.mean(0)).square().sum() + A.square().sum() + B.square().sum() - both


# %% wrong="means forgotten" fails="few images along common axes"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    A, B = ((z - z.mean(0)) / (len(z) - 1) ** 0.5 for z in (x, y))
    both = torch.linalg.svdvals(A @ B.T).sum()
    return A.square().sum() + B.square().sum() - 2 * both


# %% wrong="single precision" fails="few images: exact for a set and itself"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.float(), fake.float()
    A, B = ((z - z.mean(0)) / (len(z) - 1) ** 0.5 for z in (x, y))
    both = torch.linalg.svdvals(A @ B.T).sum()
    return (x.mean(0) - y.mean(0)).square().sum() + A.square().sum() + B.square().sum() - 2 * both


# %% wrong="the cases exchanged" fails="many images: the given parts"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) < real.shape[1]:
        return distance(*statistics(real), *statistics(fake))
    x, y = real.double(), fake.double()
    A, B = ((z - z.mean(0)) / (len(z) - 1) ** 0.5 for z in (x, y))
    both = torch.linalg.svdvals(A @ B.T).sum()
    return (x.mean(0) - y.mean(0)).square().sum() + A.square().sum() + B.square().sum() - 2 * both


# %% wrong="the real images against themselves" fails="many images: the given parts"
def fid(real, fake, statistics=None, distance=None):
    if max(len(real), len(fake)) >= real.shape[1]:
        return distance(*statistics(real), *statistics(real))
    x, y = real.double(), fake.double()
    A, B = ((z - z.mean(0)) / (len(z) - 1) ** 0.5 for z in (x, y))
    both = torch.linalg.svdvals(A @ B.T).sum()
    return (x.mean(0) - y.mean(0)).square().sum() + A.square().sum() + B.square().sum() - 2 * both


# %% wrong="the small form always" fails="many images: the given parts"
def fid(real, fake, statistics=mean_and_covariance, distance=frechet_distance):
    x, y = real.double(), fake.double()
    a, b = (x - x.mean(0)) / (len(x) - 1) ** 0.5, (y - y.mean(0)) / (len(y) - 1) ** 0.5
    gap = (x.mean(0) - y.mean(0)).square().sum()
    return gap + a.square().sum() + b.square().sum() - 2 * torch.linalg.svdvals(a @ b.T).sum()
