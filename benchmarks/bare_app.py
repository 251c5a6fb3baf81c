"""The peer of the API: a bare Flask application that has every answer ready, and sends the same bytes."""

import json
import os
from pathlib import Path

from flask import Flask, Response

ANSWERS = "BARE_ANSWERS"
"""Names the file of answers: rule → the value in it → body."""
JSON = "application/json"


def create_app() -> Flask:
    """Make the application."""
    app = Flask("bare", static_folder=None)
    for rule, bodies in json.loads(Path(os.environ[ANSWERS]).read_text()).items():
        _answer(app, rule, {value: body.encode() for value, body in bodies.items()})
    return app


def _answer(app: Flask, rule: str, bodies: dict[str, bytes]) -> None:
    app.add_url_rule(rule, rule, lambda film="": Response(bodies[film], mimetype=JSON))
