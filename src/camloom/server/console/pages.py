"""Hands out the built console; which page a path shows is decided in the browser."""

from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

BUILT = Path(__file__).parent / "dist"

_FOR_EVER = "public, max-age=31536000, immutable"
_NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>Camloom</title>
<p>The console is not built. In a checkout: <code>make console</code>.
<p>控制台尚未构建，请在源码目录运行 <code>make console</code>。
"""


class _Assets(StaticFiles):
    """Files whose names change with what is in them."""

    async def check_config(self) -> None:
        """Ask for no folder: where the console is not built, none of its files is there."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Say that they may be kept."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = _FOR_EVER
        return response


def add_console(app: FastAPI, built: Path = BUILT) -> None:
    """Add the console to a server; must come after all other routes.

    Args:
        app: gets its files under `/assets`, and its page under every path that is nobody else's.
        built: what `make console` made; may be missing.
    """
    assets = _Assets(directory=built / "assets", check_dir=False)
    # A browser fetches each of them once; through a slow line a third of the bytes is a third of the wait.
    app.mount("/assets", GZipMiddleware(assets, minimum_size=1024, compresslevel=6), name="assets")

    @app.get("/mark.svg", include_in_schema=False)
    def mark() -> Response:
        """Return the mark of the console."""
        if not (built / "mark.svg").is_file():
            raise HTTPException(404)
        return FileResponse(built / "mark.svg", media_type="image/svg+xml")

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str, request: Request) -> Response:
        """Return the one page of the console."""
        if path.startswith(("api/", "flv")) or "text/html" not in request.headers.get("accept", ""):
            raise HTTPException(404)
        if not (built / "index.html").is_file():
            return HTMLResponse(_NOT_BUILT, status_code=503)
        return FileResponse(built / "index.html", headers={"Cache-Control": "no-cache"})
