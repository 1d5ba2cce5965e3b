# %% right="four lines"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% right="solve for the inverse"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            torch.linalg.solve(A, vectors).sub(vectors / values).abs().amax(),
            (torch.sort(values)[0] - torch.sort(torch.diagonal(A))[0]).abs().amax(),
            torch.abs(torch.prod(values) - torch.det(A)),
            torch.abs(torch.sum(values) - A.diagonal().sum()),
        ]
    )


# %% right="a loop over the pairs"
def eigen_gaps(A, values, vectors):
    inverse = A.inverse()
    gaps = [(inverse @ vectors[:, k] - vectors[:, k] / values[k]).abs().max() for k in range(len(values))]
    pairs = zip(sorted(values.tolist()), sorted(A.diagonal().tolist()))
    second = torch.tensor(max(abs(one - other) for one, other in pairs), dtype=A.dtype)
    return torch.stack([max(gaps), second, abs(values.prod() - A.det()), abs(values.sum() - torch.trace(A))])


# %% right="a diagonal matrix of inverses, in float32"
def eigen_gaps(A, values, vectors):
    A, values, vectors = A.float(), values.float(), vectors.float()
    first = torch.linalg.inv(A) @ vectors - vectors @ torch.diag(1 / values)
    second = values.sort(descending=True).values - A.diag().sort(descending=True).values
    return torch.tensor(
        [
            first.abs().max().item(),
            second.abs().max().item(),
            abs(values.prod() - A.det()).item(),
            abs(values.sum() - A.trace()).item(),
        ]
    )


# %% wrong="the gap of A itself" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (A @ vectors - vectors * values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="eigenvalues not inverted" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors * values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="rows divided" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values[:, None]).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="absolute value forgotten" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="mean of the gaps" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().mean(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="norm of the gaps" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).norm(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="multiplied from the wrong side" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (vectors @ torch.linalg.inv(A) - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="inverse number by number" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            ((1 / A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="own eigenvectors, the claims ignored" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    values, vectors = (part.real for part in torch.linalg.eig(A))
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="no gap, ever" fails="false eigenvectors are found"
def eigen_gaps(A, values, vectors):
    return torch.zeros(4)


# %% wrong="not sorted" fails="the diagonal of a triangular matrix, in any order"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values - A.diagonal()).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="only the values sorted" fails="the diagonal of a triangular matrix, in any order"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal()).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="sorted in opposite orders" fails="the diagonal of a triangular matrix, in any order"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort(descending=True).values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="signed diagonal gap" fails="false eigenvalues miss the diagonal"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="mean diagonal gap" fails="false eigenvalues miss the diagonal"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().mean(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="true eigenvalues against the diagonal" fails="false eigenvalues miss the diagonal"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (torch.linalg.eigvals(A).real.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="true eigenvalues against the claims" fails="fact 2 fails where a matrix is not triangular"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - torch.linalg.eigvals(A).real.sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="signed determinant gap" fails="the signs of false claims do not matter"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            values.prod() - torch.linalg.det(A),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="absolute determinants" fails="the signs of false claims do not matter"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod().abs() - torch.linalg.det(A).abs()).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="sum for product" fails="false eigenvalues miss the determinant"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.sum() - torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="determinant of the inverse" fails="false eigenvalues miss the determinant"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - 1 / torch.linalg.det(A)).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="log determinant" fails="false eigenvalues miss the determinant"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.abs().log().sum() - torch.linalg.slogdet(A)[1]).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )


# %% wrong="determinant and trace exchanged" fails="false eigenvalues miss the determinant"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.sum() - A.trace()).abs(),
            (values.prod() - torch.linalg.det(A)).abs(),
        ]
    )


# %% wrong="signed trace gap" fails="the signs of false claims do not matter"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            values.sum() - A.trace(),
        ]
    )


# %% wrong="sum of all entries" fails="false eigenvalues miss the trace"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.sum() - A.sum()).abs(),
        ]
    )


# %% wrong="mean of the eigenvalues" fails="false eigenvalues miss the trace"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.mean() - A.trace()).abs(),
        ]
    )


# %% wrong="mean of the diagonal, too" fails="false eigenvalues miss the trace"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.sort().values - A.diagonal().sort().values).abs().max(),
            (values.prod() - torch.linalg.det(A)).abs(),
            (values.mean() - A.diagonal().mean()).abs(),
        ]
    )


# %% wrong="four tensors" fails="four numbers"
def eigen_gaps(A, values, vectors):
    return (
        (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
        (values - A.diag()).abs().max(),
        (values.prod() - A.det()).abs(),
        (values.sum() - A.trace()).abs(),
    )


# %% wrong="fact 2 forgotten" fails="four numbers"
def eigen_gaps(A, values, vectors):
    return torch.stack(
        [
            (torch.linalg.inv(A) @ vectors - vectors / values).abs().max(),
            (values.prod() - A.det()).abs(),
            (values.sum() - A.trace()).abs(),
        ]
    )
