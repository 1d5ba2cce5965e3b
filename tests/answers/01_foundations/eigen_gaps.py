# %% right="three lines"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% right="solve for the inverse"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        torch.linalg.solve(A, vectors).sub(vectors / values).abs().amax(),
        torch.abs(torch.prod(values) - torch.det(A)),
        torch.abs(torch.sum(values) - A.diagonal().sum()),
    ])


# %% right="a loop over the pairs"
def eigen_gaps(A, values, vectors):
    inverse = A.inverse()
    gaps = [(inverse @ vectors[:, k] - vectors[:, k] / values[k]).abs().max() for k in range(len(values))]
    return torch.stack([max(gaps), abs(values.prod() - A.det()), abs(values.sum() - torch.trace(A))])


# %% right="a diagonal matrix of inverses, in float32"
def eigen_gaps(A, values, vectors):
    A, values, vectors = A.float(), values.float(), vectors.float()
    first = torch.linalg.inv(A) @ vectors - vectors @ torch.diag(1 / values)
    return torch.tensor([first.abs().max().item(), abs(values.prod() - A.det()).item(), abs(values.sum() - A.trace()).item()])


# %% wrong="the gap of A itself" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (A @ vectors - vectors * values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="eigenvalues not inverted" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors * values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="rows divided" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values[:, None]).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="absolute value forgotten" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="mean of the gaps" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().mean(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="norm of the gaps" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).norm(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="multiplied from the wrong side" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (vectors @ torch.linalg.inv(A) - vectors / values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="inverse number by number" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        ((1 / A) @ vectors - vectors / values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="own eigenvectors, the claims ignored" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    values, vectors = (part.real for part in torch.linalg.eig(A))
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="no gap, ever" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.zeros(3)


# %% wrong="signed determinant gap" fails="the signs of false claims do not matter"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        values.prod() - torch.linalg.det(A),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="absolute determinants" fails="the signs of false claims do not matter"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.prod().abs() - torch.linalg.det(A).abs()).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="sum for product" fails="false eigenvalues miss the determinant"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.sum() - torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="determinant of the inverse" fails="false eigenvalues miss the determinant"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.prod() - 1 / torch.linalg.det(A)).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="log determinant" fails="false eigenvalues miss the determinant"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.abs().log().sum() - torch.linalg.slogdet(A)[1]).abs(),
        (values.sum() - A.trace()).abs(),
    ])


# %% wrong="determinant and trace exchanged" fails="false eigenvalues miss the determinant"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.sum() - A.trace()).abs(),
        (values.prod() - torch.linalg.det(A)).abs(),
    ])


# %% wrong="signed trace gap" fails="the signs of false claims do not matter"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        values.sum() - A.trace(),
    ])


# %% wrong="sum of all entries" fails="false eigenvalues miss the trace"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.sum() - A.sum()).abs(),
    ])


# %% wrong="mean of the eigenvalues" fails="false eigenvalues miss the trace"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.mean() - A.trace()).abs(),
    ])


# %% wrong="mean of the diagonal, too" fails="false eigenvalues miss the trace"
def eigen_gaps(A, values, vectors):
    return torch.stack([
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values.prod() - torch.linalg.det(A)).abs(),
        (values.mean() - A.diagonal().mean()).abs(),
    ])


# %% wrong="three tensors" fails="three numbers"
def eigen_gaps(A, values, vectors):
    return (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(), (values.prod() - A.det()).abs(), (values.sum() - A.trace()).abs()
