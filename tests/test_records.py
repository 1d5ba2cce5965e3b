"""No figure without its record: what a run must say to be kept, and that the README shows exactly what was kept."""

import base64
import io
import json
import re
import subprocess
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from PIL import Image

from helpers import references
from helpers.errors import WorkbookError
from helpers.grading import build, execute, readme, records
from helpers.grading.source import COURSE

FIGURES = {"test_nats": 88.4321, "steps": 1200, "data": "digits", "checksum": "ab" * 32}
README = (
    "# Title\n<!-- results:begin -->\nold\n<!-- results:end -->\n<!-- audit:begin -->\n<!-- audit:end -->\n"
    "<!-- speed:begin -->\n<!-- speed:end -->\nend\n"
)
RATIO = {
    "name": "cached_sampler",
    "ratio": 298.04,
    "low": 250.0,
    "high": 320.5,
    "slow_seconds": 12.0,
    "fast_seconds": 0.04,
    "repeats": 5,
    "note": "16 images of 28 x 28",
}


def outcome(course, preset="laptop", figures=FIGURES, failures=(), dataset="mnist"):
    """A finished run."""
    folder = course.build / "run" / "01_tiny" / preset
    folder.mkdir(parents=True, exist_ok=True)
    about = {"preset": preset, "seed": 3, "device": "cpu", "precision": "32-true", "dataset": dataset}
    return execute.Outcome("01_tiny", folder, 61.234, failures=list(failures), metrics=about | {"figures": figures})


def picture(width, height, noisy=True):
    """A colour picture that does not compress."""
    levels = np.random.default_rng(0).integers(0, 255 if noisy else 2, (height, width, 4), dtype=np.uint8)
    packed = io.BytesIO()
    Image.fromarray(levels, "RGBA").save(packed, "PNG")
    return packed.getvalue()


@pytest.fixture
def repository(course):
    """The tiny course as a clean git repository with a README."""
    (course.root / "README.md").write_text(README, encoding="utf-8")
    (course.root / ".gitignore").write_text("build/\n", encoding="utf-8")
    build.build_all(course=course)
    for command in ("init -q", "add -A", "-c user.name=n -c user.email=e commit -qm begin"):
        subprocess.run(["git", "-C", str(course.root), *command.split()], check=True)
    return course


# Runs


def test_a_record_says_all_that_it_takes_to_get_the_figure_again(repository):
    kept = records.record(outcome(repository), repository)
    assert kept == references.reference("01_tiny", "laptop", "digits", repository.root)
    assert kept["figures"] == {"test_nats": 88.4321, "steps": 1200}
    assert kept["checksum"] == "ab" * 32
    assert (kept["seed"], kept["seconds"], kept["device"], kept["precision"]) == (3, 61.2, "cpu", "32-true")
    assert kept["hardware"]["cpu"]
    assert kept["hardware"]["cores"] >= 1
    assert re.fullmatch(r"\d+\.\d+.*", kept["versions"]["torch"])
    assert re.fullmatch(r"[0-9a-f]{12}", kept["commit"])
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", kept["date"])


def test_a_record_names_the_data_that_was_really_there(repository):
    """The run asked for mnist and had digits."""
    records.record(outcome(repository), repository)
    assert references.reference("01_tiny", "laptop", "mnist", repository.root) is None


def test_a_problem_that_draws_its_numbers_itself_needs_no_data(repository):
    records.record(outcome(repository, figures={"variance": 1.92}, dataset=references.SYNTHETIC), repository)
    kept = references.reference("01_tiny", "laptop", "synthetic", repository.root)
    assert (kept["figures"], kept["checksum"], kept["seed"]) == ({"variance": 1.92}, "", 3)


def test_changed_files_mark_the_commit(repository):
    (repository.root / "README.md").write_text(README + "more", encoding="utf-8")
    assert records.record(outcome(repository), repository)["commit"].endswith("+dirty")


def test_outside_a_repository_there_is_no_commit(tmp_path):
    assert records.commit(tmp_path) == "none"


def test_a_new_record_replaces_the_one_of_its_preset_and_data_only(repository):
    records.record(outcome(repository, "full"), repository)
    records.record(outcome(repository, "smoke"), repository)
    records.record(outcome(repository, figures=FIGURES | {"data": "mnist"}), repository)
    records.record(outcome(repository, figures=FIGURES | {"test_nats": 80.0}), repository)
    records.record(outcome(repository, figures=FIGURES | {"test_nats": 79.0}), repository)
    all_kept = references.records("01_tiny", repository.root)
    kept = [(r["preset"], r["dataset"], r["figures"]["test_nats"]) for r in all_kept]
    assert kept == [
        ("smoke", "digits", 88.4321),
        ("laptop", "digits", 79.0),
        ("laptop", "mnist", 88.4321),
        ("full", "digits", 88.4321),
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"failures": ["a cell fails"]}, "since it failed"),
        ({"figures": {"test_nats": 1.0, "data": "digits"}}, "does not say what data it had"),
        ({"figures": {"test_nats": 1.0, "checksum": "ab"}}, "does not say what data it had"),
    ],
)
def test_a_run_that_failed_or_hides_its_data_is_not_kept(repository, change, sentence):
    with pytest.raises(WorkbookError, match=sentence):
        records.record(outcome(repository, **change), repository)
    assert references.records("01_tiny", repository.root) == []


# Pictures


def executed(course, run, content):
    notebook = nbformat.read(course.build / "source" / "01_tiny" / "01_tiny.ipynb", as_version=4)
    plot = next(cell for cell in notebook.cells if "plot" in cell.metadata.get("tags", []))
    if content is not None:
        data = {"text/plain": "<Figure>", "image/png": base64.b64encode(content).decode()}
        plot.outputs = [nbformat.v4.new_output("stream", text="x"), nbformat.v4.new_output("display_data", data)]
    nbformat.write(notebook, run.notebook)


def test_a_run_keeps_the_pictures_of_its_plots_small(repository):
    run = outcome(repository)
    executed(repository, run, picture(1600, 200))
    (path,) = records.keep_pictures(run, repository)
    assert path == repository.solutions / "expected" / "01_tiny" / "curve.png"
    assert path.stat().st_size < records.PICTURE_BYTES
    assert Image.open(path).width <= records.PICTURE_WIDTH
    assert records.small_png(picture(1600, 200)) == path.read_bytes()


def test_a_small_picture_keeps_its_size_and_its_colours():
    flat = Image.new("RGB", (40, 30), (0, 114, 178))
    packed = io.BytesIO()
    flat.save(packed, "PNG")
    small = Image.open(io.BytesIO(records.small_png(packed.getvalue()))).convert("RGB")
    assert small.size == (40, 30)
    assert small.getpixel((5, 5)) == (0, 114, 178)


def test_students_see_the_pictures_of_the_preset_that_they_run(repository):
    laptop, smoke = outcome(repository), outcome(repository, "smoke")
    executed(repository, smoke, picture(20, 20))
    assert len(records.keep_pictures(smoke, repository)) == 1  # better than none
    records.record(laptop, repository)
    before = (repository.solutions / "expected" / "01_tiny" / "curve.png").read_bytes()
    executed(repository, smoke, picture(30, 30))
    assert records.keep_pictures(smoke, repository) == []
    assert (repository.solutions / "expected" / "01_tiny" / "curve.png").read_bytes() == before


def test_a_run_on_other_data_leaves_the_pictures_of_the_notebooks_own(repository):
    own, other = outcome(repository), outcome(repository, figures=FIGURES | {"data": "mnist"}, dataset="mnist")
    executed(repository, other, picture(20, 20))
    records.record(other, repository)
    assert len(records.keep_pictures(other, repository)) == 1  # better than none
    records.record(own, repository)
    executed(repository, own, picture(30, 30))
    (path,) = records.keep_pictures(own, repository)
    before = path.read_bytes()
    executed(repository, other, picture(40, 40))
    assert records.keep_pictures(other, repository) == []
    assert path.read_bytes() == before


def test_damaged_references_are_one_sentence(repository):
    path = references.places("01_tiny", repository.root)[0]
    path.parent.mkdir(exist_ok=True)
    for content in ('{"a":', "[1]", "{}", '[{"preset": "smoke"}]'):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(WorkbookError, match="holds no reference results; put back"):
            references.records("01_tiny", repository.root)


def test_no_picture_of_faces_that_must_not_be_passed_on_is_kept(repository):
    faces = outcome(repository, figures=FIGURES | {"data": "celeba"})
    executed(repository, faces, picture(20, 20))
    shown = repository.solutions / "expected" / "01_tiny" / "curve.png"
    before = shown.read_bytes()
    assert records.keep_pictures(faces, repository) == []
    assert shown.read_bytes() == before
    assert records.record(faces, repository)["figures"]["test_nats"] == FIGURES["test_nats"]
    other = outcome(repository, "smoke")
    executed(repository, other, picture(20, 20))
    assert len(records.keep_pictures(other, repository)) == 1  # the record of those faces does not stand in its way


def test_a_plot_without_a_picture_is_refused(repository):
    run = outcome(repository)
    executed(repository, run, None)
    with pytest.raises(WorkbookError, match='expected="curve" makes no picture'):
        records.keep_pictures(run, repository)


# Benchmarks and the README


def measured(course, **changes):
    folder = course.build / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    ratio = RATIO | changes
    (folder / f"{ratio['name']}.json").write_text(json.dumps(ratio), encoding="utf-8")


def test_ratios_are_kept_with_their_provenance_and_replaced_by_name(repository):
    with pytest.raises(WorkbookError, match="make bench"):
        records.record_benchmarks(repository)
    measured(repository)
    measured(repository, name="loader", ratio=2.2)
    assert records.record_benchmarks(repository) == ["cached_sampler", "loader"]
    measured(repository, ratio=300.0)
    records.record_benchmarks(repository)
    kept = {ratio["name"]: ratio for ratio in records.benchmarks(repository)}
    assert {name: ratio["ratio"] for name, ratio in kept.items()} == {"cached_sampler": 300.0, "loader": 2.2}
    assert {"hardware", "versions", "commit", "date"} <= set(kept["loader"])


def test_the_readme_shows_what_was_kept_and_nothing_else(repository):
    records.record(outcome(repository), repository)
    measured(repository)
    records.record_benchmarks(repository)
    assert readme.refresh_readme(repository)
    text = (repository.root / "README.md").read_text(encoding="utf-8")
    assert "old" not in text
    assert text.startswith("# Title\n")
    assert text.endswith("<!-- speed:end -->\nend\n")
    assert "| 01_tiny | laptop | digits | test nats 88.43<br>steps 1200 | 61 | 3 |" in text
    assert "| cached sampler: 16 images of 28 x 28 | **298** | 250 to 320.5 in 5 pairs | 12 against 0.04 |" in text
    assert not readme.refresh_readme(repository)
    (repository.root / "README.md").write_text(text.replace("88.43", "80.43"), encoding="utf-8")
    assert readme.refresh_readme(repository)  # a figure changed by hand does not last


def test_the_readme_shows_the_figures_that_the_source_names(repository, edit):
    edit("reading=2", 'reading=2 figures="steps seconds_of_training"')
    records.record(outcome(repository), repository)
    assert "| 01_tiny | laptop | digits | steps 1200 | 61 | 3 |" in readme.results_table(repository)


def test_a_readme_without_the_marks_is_refused(course):
    with pytest.raises(WorkbookError, match="results:begin"):
        readme.with_tables("# Title", course)


def test_this_workbooks_readme_shows_exactly_what_is_recorded():
    text = (COURSE.root / "README.md").read_text(encoding="utf-8")
    assert readme.with_tables(text, COURSE) == text, "run: python -m helpers.grading.readme"


def test_every_record_of_this_workbook_is_complete():
    for path in sorted((COURSE.solutions / "reference").glob("[0-9]*.json")):
        for kept in json.loads(path.read_text(encoding="utf-8")):
            assert {"preset", "dataset", "checksum", "seed", "seconds", "figures", "hardware", "versions"} <= set(kept)
            assert re.fullmatch(r"[0-9a-f]{64}", kept["checksum"]) or kept["dataset"] == references.SYNTHETIC
            assert re.fullmatch(r"[0-9a-f]{7,40}(\+dirty)?", kept["commit"])


# Beside a student's own result


def test_a_student_sees_their_figure_beside_the_reference_with_its_budget(repository):
    records.record(outcome(repository), repository)
    run = SimpleNamespace(problem="01_tiny", preset="laptop", dataset="digits")
    shown = references.beside(run, root=repository.root, test_nats=91.0, accuracy=0.5)
    assert repr(shown).splitlines()[:2] == ["test nats: 91 (reference 88.43)", "accuracy: 0.5 (reference –)"]
    assert "61 s" in repr(shown)
    assert "seed 3" in repr(shown)
    assert "<td>91</td><td>88.43</td>" in shown._repr_html_()


def test_without_a_reference_the_student_is_told_so(repository):
    run = SimpleNamespace(problem="01_tiny", preset="smoke", dataset="mnist")
    shown = references.beside(run, dataset="digits", root=repository.root, test_nats=91.0)
    assert repr(shown).splitlines() == [
        "test nats: 91 (reference –)",
        "There is no reference for the smoke preset on digits.",
    ]


def test_the_student_bundle_brings_its_references(tmp_path):
    place = references.places("01_tiny", tmp_path)[1]
    place.parent.mkdir(parents=True)
    place.write_text('[{"preset": "smoke", "dataset": "digits"}]', encoding="utf-8")
    assert references.reference("01_tiny", "smoke", "digits", tmp_path) == {"preset": "smoke", "dataset": "digits"}
