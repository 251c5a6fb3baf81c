"""The reports of the rebuilds, as files: a path below /reports/ in, a file of REPORTS_PATH out, and nothing else."""

from flask import Blueprint, Response, send_from_directory
from werkzeug.exceptions import NotFound

from api.backends import backends

INDEX = "index.html"

blueprint = Blueprint("reports", __name__, url_prefix="/reports")


@blueprint.get("/")
@blueprint.get("/<path:name>")
def report(name: str = "") -> Response:
    """Send a file of the reports; without a name the page that lists the runs.

    Raises:
        NotFound: there is no such file, no report yet, or the path leads out of the folder.
    """
    folder = backends().settings.reports_path.absolute()
    try:
        return send_from_directory(folder, name or INDEX)
    except NotFound:
        if name:
            raise
        raise NotFound("There is no report yet. A rebuild writes one: alembic upgrade head") from None
