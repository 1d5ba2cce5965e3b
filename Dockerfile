# The environment of the lock, for grading in containers:  docker build --tag workbook .
# Without an NVIDIA card, take PyTorch's CPU build (the option is on the "Get started" page of pytorch.org):
#     docker build --tag workbook --build-arg TORCH="torch==2.13.0 <the page's option for CPU>" .
FROM python:3.11-slim

ARG TORCH=""
WORKDIR /workbook
COPY requirements.lock requirements-cuda.lock ./
RUN if [ -n "$TORCH" ]; then pip install --no-cache-dir $TORCH; fi \
    && pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock \
    && if grep --quiet "Requires-Dist: nvidia" /usr/local/lib/python3.11/site-packages/torch-*.dist-info/METADATA; then \
        pip install --no-cache-dir --no-deps --require-hashes --requirement requirements-cuda.lock; fi
USER 65534:65534
