"""The directory as a file to hand over, in a published format."""

from __future__ import annotations

from flask import Blueprint, Response

from models.directory import exports
from web import reading
from web.clock import now
from web.desk import desk_permission

routes = Blueprint("desk_exports", __name__)


@routes.get("/desk/annuaire/export/<code>")
@desk_permission("directory.export")
def download(code: str) -> Response:
    """One of models.directory.exports.FORMATS, as a download; `not_found` for another."""
    reading.no_query()
    file = exports.export(code, now())
    disposition = f'attachment; filename="{file.name}"'
    return Response(file.content, content_type=file.media_type, headers={"Content-Disposition": disposition})
