"""Makes the Python client from the description of the API: `python -m clients.generate [FOLDER]`, or `make client`."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

HERE = Path(__file__).parent
DESCRIPTION = HERE.parent / "web" / "openapi.json"
GENERATED = HERE.parent / "src" / "camloom" / "client" / "generated"
MARK = "made-from.sha256"
_API = "/api/v1/"
_BYTES = "application/octet-stream"
_FILES = ("application/pdf", "application/zip", "image/jpeg", "image/png", "video/mp4", "video/webm")
_STYLE = ("--isolated", "--quiet", "--line-length=120", "--target-version=py311")


def asked(document: dict[str, Any]) -> dict[str, Any]:
    """Return what the client is made of: each operation with its one answer; what is refused, `Transport` raises."""
    paths = {path: methods for path, methods in document["paths"].items() if path.startswith(_API)}
    for methods in paths.values():
        for operation in methods.values():
            status = min(operation["responses"])
            operation["responses"] = {status: _first_of(operation["responses"][status])}
            if "requestBody" in operation:
                operation["requestBody"] = _first_of(operation["requestBody"])
    models = document["components"]["schemas"]
    used = {name: _plain(models[name]) for name in sorted(_reached(paths, models))}
    return document | {"paths": _plain(paths), "components": document["components"] | {"schemas": used}}


def _first_of(body: dict[str, Any]) -> dict[str, Any]:
    content = body.get("content", {})
    return body | {"content": dict([next(iter(content.items()))])} if content else body


def _reached(part: Any, models: dict[str, Any]) -> set[str]:
    """Return the names of all models that a part of the description leads to."""
    found: set[str] = set()
    ahead = [part]
    while ahead:
        one = ahead.pop()
        name = one.get("$ref", "").rpartition("/")[2] if isinstance(one, dict) else ""
        if name and name not in found:
            found.add(name)
            ahead.append(models[name])
        ahead += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return found


def _plain(part: Any) -> Any:
    """Return a part of the description in which objects with any keys are any value: a dict, not a class of its own."""
    if isinstance(part, list):
        return [_plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "object" and part.get("additionalProperties") and "properties" not in part:
        return {key: value for key, value in part.items() if key in {"description", "title"}}
    return {key: _plain(value) for key, value in part.items()}


def make(document: dict[str, Any], folder: Path) -> None:
    """Write the client to a folder, instead of what is there."""
    with tempfile.TemporaryDirectory() as work:
        source, made = Path(work) / "openapi.json", Path(work) / "generated"
        source.write_text(json.dumps(asked(document)))
        wishes = ConfigFile(
            literal_enums=True, content_type_overrides=dict.fromkeys((*_FILES, "text/csv"), _BYTES), post_hooks=[]
        )
        config = Config.from_sources(wishes, MetaType.NONE, source, "utf-8", overwrite=False, output_path=made)
        errors = generate(config=config, custom_template_path=HERE / "templates")
        if errors:
            raise SystemExit("\n".join(f"{error.header}: {error.detail}" for error in errors))
        _tidy(made)
        (made / MARK).write_text(mark_of(document, made))
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder)


def mark_of(document: dict[str, Any], made: Path) -> str:
    """Return what tells whether a client was made of this description, by this program, and not changed since."""
    digest = hashlib.sha256(json.dumps([asked(document), version("openapi-python-client")], sort_keys=True).encode())
    parts = [Path(__file__), *HERE.glob("templates/*"), *made.rglob("*.py")]
    for file in sorted(parts, key=lambda one: (one.parent.name, one.name)):
        digest.update(file.read_bytes())
    return f"{digest.hexdigest()}\n"


def _tidy(made: Path) -> None:
    """Remove what the classes of `Api` are there for, and bring the rest into shape."""
    (made / "errors.py").unlink()
    for file in made.glob("api/*/*.py"):
        if file.name != "__init__.py":
            file.unlink()
    for way in (["check", "--fix-only", "--select=F,I,UP"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", way[0], *_STYLE, *way[1:], made], check=True)  # noqa: S603


if __name__ == "__main__":
    make(json.loads(DESCRIPTION.read_text()), Path(sys.argv[1]) if len(sys.argv) > 1 else GENERATED)
