"""The application as files: shell, release tree, service worker, manifest, and the page that says the server lives."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from models import schema
from models.problems import Problem
from web import assets, packing
from web.config import Config
from web.guard import public

pages = Blueprint("pwa", __name__)
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
PACKED = ("text/", "application/json", "application/manifest+json", "image/svg+xml", assets.PACK_TYPE)


class Releases:
    """The release being served. With `watch`, the files are looked at again at each request."""

    def __init__(self, app: Flask, config: Config) -> None:
        self._app, self._config = app, config
        self._seen = assets.fingerprint(config.static)
        self._release = assets.build(config.static, app.jinja_env)

    def current(self) -> assets.Release:
        if self._config.watch_static:
            self._look_again()
        return self._release

    def _look_again(self) -> None:
        seen = assets.fingerprint(self._config.static)
        if seen != self._seen:
            self._release, self._seen = assets.build(self._config.static, self._app.jinja_env), seen


def register(app: Flask, config: Config) -> None:
    app.extensions["accord-releases"] = Releases(app, config)
    app.register_blueprint(pages)


def release() -> assets.Release:
    releases: Releases = current_app.extensions["accord-releases"]
    return releases.current()


@pages.get("/")
@public("leads to the application")
def root() -> AnyResponse:
    return redirect("/app/")


@pages.get("/app/")
@public("the shell holds no data and is the same for everyone")
def shell() -> Response:
    return _send(release().shell, REVALIDATE)


@pages.get("/r/<release_id>/<path:name>")
@public("the client's own code")
def file(release_id: str, name: str) -> Response:
    current = release()
    if release_id != current.id or name not in current.files:
        raise Problem("not_found")
    return _send(current.files[name], IMMUTABLE)


@pages.get("/r/<release_id>/pack")
@public("the client's own code, for a worker that holds none of it yet")
def pack(release_id: str) -> Response:
    current = release()
    if release_id != current.id:
        raise Problem("not_found")
    return _send(current.pack, IMMUTABLE)


@pages.get("/carte")
@public("the page of a receipt holds no data and is the same for everyone: what opens one stays in the fragment")
def paper() -> Response:
    return _send(release().paper, REVALIDATE)


@pages.get("/sw.js")
@public("the service worker's code")
def worker() -> Response:
    return _send(release().worker, REVALIDATE)


@pages.get("/manifest.webmanifest")
@public("the name and icons of the application")
def manifest() -> Response:
    return _send(release().manifest, REVALIDATE)


def _send(asset: assets.Asset, cache: str) -> Response:
    """The file, packed when the browser can unpack it. Its integrity is that of the bytes once unpacked."""
    how = packing.encoding() if asset.content_type.startswith(PACKED) else None
    response = Response(packing.file(asset.body, how) if how else asset.body, content_type=asset.content_type)
    if how:
        response.headers["Content-Encoding"] = how
    response.vary.add("Accept-Encoding")
    response.set_etag(asset.integrity.removeprefix("sha256-") + (f"-{how}" if how else ""))
    response.headers["Cache-Control"] = cache
    response.make_conditional(request)
    return response


@pages.get("/healthz")
@public("says only that the server lives, and which release and history it serves")
def health() -> Response:
    return jsonify(status="ok", release=release().id, epoch=schema.epoch())
