"""A worker process: it gives what the backend gives, and no fault of its own reaches Camloom but as an error."""

import ast
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.inference.worker.probe_model import HEIGHT, HERE, SCRIPTED, WIDTH, ModelMaker

from camloom.errors import ModelError
from camloom.inference.worker.client import SERVE, Channel, Worker, probe
from camloom.inference.worker.shared import MAX_TENSOR_BYTES, SharedTensors

PICTURE = np.arange(3 * HEIGHT * WIDTH, dtype=np.float32).reshape(1, 3, HEIGHT, WIDTH)
BACKENDS = SERVE.parent / "backends"
OLD_PYTHON_FILES = [SERVE, *sorted(BACKENDS.glob("*.py"))]


@pytest.fixture
def worker() -> Worker:
    """Return a worker under our own Python."""
    return Worker(sys.executable, SCRIPTED)


def warm(worker: Worker, model: Path) -> Channel:
    """Load a model and run it once, as the runtime does."""
    channel = worker.open(model, 0)
    channel.run({"image": PICTURE})
    return channel


def test_a_second_python_gives_what_ours_gives(second_python: str, scripted_model: ModelMaker) -> None:
    channel = Worker(second_python, SCRIPTED).open(scripted_model("echo"), 1)
    outputs = channel.run({"image": PICTURE})
    np.testing.assert_array_equal(outputs["doubled"], PICTURE * 2)
    assert outputs["doubled"].dtype == np.float32
    assert outputs["device"].tolist() == [1]
    assert [(spec.name, spec.shape, spec.dtype) for spec in channel.inputs] == [
        ("image", (1, 3, HEIGHT, WIDTH), "float32")
    ]


def test_it_is_another_process_under_another_python(second_python: str, scripted_model: ModelMaker) -> None:
    worker = Worker(second_python, SCRIPTED)
    outputs = worker.open(scripted_model("who"), 0).run({"image": PICTURE})
    command = [second_python, "-c", "import sys; print(*sys.version_info[:2])"]
    version = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert outputs["pid"].tolist() == [worker.pid] != [os.getpid()]
    assert outputs["version"].tolist() == [int(part) for part in version]


def test_several_models_share_a_worker(worker: Worker, scripted_model: ModelMaker) -> None:
    first, second = worker.open(scripted_model("echo"), 0), worker.open(scripted_model("echo"), 1)
    one = first.run({"image": PICTURE})
    two = second.run({"image": PICTURE + 1})
    np.testing.assert_array_equal(one["doubled"], PICTURE * 2)
    np.testing.assert_array_equal(two["doubled"], PICTURE * 2 + 2)
    assert (one["device"][0], two["device"][0]) == (0, 1)
    first.close()
    np.testing.assert_array_equal(second.run({"image": PICTURE})["doubled"], PICTURE * 2)


def test_memory_grows_with_the_outputs(worker: Worker, scripted_model: ModelMaker) -> None:
    channel = worker.open(scripted_model("grows"), 0)
    for run in range(1, 5):
        value = channel.run({"image": PICTURE})["doubled"]
        assert value.shape == (run, 100000)
        assert (value == run).all()


@pytest.mark.parametrize("mode", ["raises", "text", "huge", "verbose"])
def test_a_backend_that_fails_leaves_the_worker_alive(worker: Worker, scripted_model: ModelMaker, mode: str) -> None:
    channel = worker.open(scripted_model(mode), 0)
    if mode in ("raises", "huge"):
        channel.run({"image": PICTURE})
    with pytest.raises(ModelError) as error:
        channel.run({"image": PICTURE})
    assert "\n" not in str(error.value)
    expected = {
        "raises": "line one line two",
        "text": "not numeric",
        "huge": "too large",
        "verbose": "more tensors than fit",
    }
    assert expected[mode] in str(error.value)
    np.testing.assert_array_equal(
        worker.open(scripted_model("echo"), 0).run({"image": PICTURE})["doubled"], PICTURE * 2
    )


def test_a_model_that_cannot_be_loaded_leaves_the_worker_alive(worker: Worker, scripted_model: ModelMaker) -> None:
    with pytest.raises(ModelError, match="bad magic number in the header"):
        worker.open(scripted_model("cannot-load"), 0)
    warm(worker, scripted_model("echo"))


@pytest.mark.parametrize(
    ("mode", "said"), [("exits", "ended with code 3: fatal: the chip is on fire"), ("crashes", "was ended by SIGKILL")]
)
def test_a_worker_that_dies_says_why(worker: Worker, scripted_model: ModelMaker, mode: str, said: str) -> None:
    channel, other = warm(worker, scripted_model(mode)), warm(worker, scripted_model("echo"))
    with pytest.raises(ModelError, match=said):
        channel.run({"image": PICTURE})
    with pytest.raises(ModelError):
        other.run({"image": PICTURE})
    with pytest.raises(ModelError):
        worker.open(scripted_model("echo"), 0)


def test_a_worker_that_dies_can_be_made_anew(scripted_model: ModelMaker) -> None:
    channel = warm(Worker(sys.executable, SCRIPTED), scripted_model("crashes"))
    with pytest.raises(ModelError):
        channel.run({"image": PICTURE})
    again = warm(Worker(sys.executable, SCRIPTED), scripted_model("echo"))
    np.testing.assert_array_equal(again.run({"image": PICTURE})["doubled"], PICTURE * 2)


def test_a_worker_that_dies_while_loading_says_why(worker: Worker, scripted_model: ModelMaker) -> None:
    with pytest.raises(ModelError, match="license expired"):
        worker.open(scripted_model("exits-on-load"), 0)


def test_a_worker_that_hangs_is_ended(scripted_model: ModelMaker) -> None:
    worker = Worker(sys.executable, SCRIPTED, run_timeout_s=0.5)
    channel = warm(worker, scripted_model("hangs"))
    ended = os.pidfd_open(worker.pid)
    with pytest.raises(ModelError, match=r"did not answer within 0\.5 s"):
        channel.run({"image": PICTURE})
    assert _ends(ended)


@pytest.mark.parametrize(
    "lie", ["garbage", "list", "unknown", "long", "outside", "overflow", "negative", "object", "crooked"]
)
def test_nonsense_becomes_an_error(lie: str) -> None:
    channel = Worker(sys.executable, Path(lie), script=HERE / "liar.py").open(Path("any"), 0)
    with pytest.raises(ModelError) as error:
        channel.run({"image": PICTURE})
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 500


def test_an_sdk_that_is_missing_is_named(tmp_path: Path, scripted_model: ModelMaker) -> None:
    backend = tmp_path / "chip.py"
    backend.write_text("import no_such_sdk\n")
    with pytest.raises(ModelError, match="No module named 'no_such_sdk'"):
        Worker(sys.executable, backend).open(scripted_model("echo"), 0)
    assert "no_such_sdk" in probe(sys.executable, backend).error


def test_a_python_that_is_missing_is_named() -> None:
    with pytest.raises(ModelError, match="cannot start /no/such/python"):
        Worker("/no/such/python", SCRIPTED)
    assert "/no/such/python" in probe("/no/such/python", SCRIPTED).error


def test_inputs_that_are_too_large_are_refused(worker: Worker, scripted_model: ModelMaker) -> None:
    channel = warm(worker, scripted_model("echo"))
    with pytest.raises(ModelError, match="too large"):
        channel.run({"image": np.broadcast_to(np.float32(0), (MAX_TENSOR_BYTES // 4 + 1,))})


def test_devices_are_told_whatever_the_sdk_prints(second_python: str) -> None:
    found = probe(second_python, SCRIPTED)
    assert found.error == ""
    assert found.devices == ("0", "1")


def test_the_worker_ends_with_camloom_even_when_that_is_killed(scripted_model: ModelMaker) -> None:
    code = (
        "import sys; from pathlib import Path; from camloom.inference.worker.client import Worker\n"
        "worker = Worker(sys.executable, Path(sys.argv[1])); channel = worker.open(Path(sys.argv[2]), 0)\n"
        "print(worker.pid, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(SCRIPTED), str(scripted_model("echo"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as camloom:
        assert camloom.stdout is not None
        ended = os.pidfd_open(int(camloom.stdout.readline()))
        camloom.send_signal(signal.SIGKILL)
        camloom.wait()
        assert _ends(ended)


def test_a_worker_that_is_forgotten_ends(scripted_model: ModelMaker) -> None:
    worker = Worker(sys.executable, SCRIPTED)
    channel = warm(worker, scripted_model("echo"))
    ended = os.pidfd_open(worker.pid)
    del worker, channel
    assert _ends(ended)


def test_what_a_run_gave_stays_readable_after_the_worker_has_gone(worker: Worker, scripted_model: ModelMaker) -> None:
    channel = worker.open(scripted_model("echo"), 0)
    outputs = channel.run({"image": PICTURE})
    channel.close()
    worker.close()
    np.testing.assert_array_equal(outputs["doubled"], PICTURE * 2)


def test_shared_memory_has_no_name_and_cannot_be_shrunk() -> None:
    memory = SharedTensors()
    memory.write({"a": np.ones(10, np.float32)})
    with pytest.raises(PermissionError):
        os.ftruncate(memory.descriptor, 0)
    assert os.readlink(f"/proc/self/fd/{memory.descriptor}").startswith("/memfd:")  # noqa: PTH115  # a magic link


@pytest.mark.parametrize("path", OLD_PYTHON_FILES, ids=lambda path: path.name)
def test_a_vendors_python_can_be_as_old_as_3_5(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 5))
    assert not any(isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.NamedExpr) for node in ast.walk(tree))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(module.split(".")[0] in ("camloom", "dataclasses", "__future__") for module in modules)


def test_no_secret_is_on_the_command_line(worker: Worker, scripted_model: ModelMaker) -> None:
    warm(worker, scripted_model("echo"))
    words = Path(f"/proc/{worker.pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    assert words[1:4] == [b"-B", str(SERVE).encode(), str(SCRIPTED).encode()]
    assert len(words) == 5  # and the number of a descriptor


def _ends(pidfd: int) -> bool:
    """Wait for a process to end, ten seconds at most."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(10_000))
