"""The peer of the API: a bare Flask application that has every answer ready, and sends the same bytes."""

import json
import os
from pathlib import Path

from flask import Flask, Response

ANSWERS = "BARE_ANSWERS"
"""Names the file of answers: path → body."""
JSON = "application/json"


def create_app() -> Flask:
    """Make the application: a rule for each kind of path, as anybody would write it."""
    app = Flask("bare", static_folder=None)
    ready = {path: body.encode() for path, body in json.loads(Path(os.environ[ANSWERS]).read_text()).items()}
    for path in ready:
        plain, asks, _ = path.partition("?")
        rule = plain if asks else f"{plain.rpartition('/')[0]}/<film>"
        if rule not in app.view_functions:
            _answer(app, rule, ready, path if asks else rule.removesuffix("<film>"))
    return app


def _answer(app: Flask, rule: str, ready: dict[str, bytes], path: str) -> None:
    app.add_url_rule(rule, rule, lambda film="": Response(ready[path + film], mimetype=JSON))
