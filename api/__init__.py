"""From URL to JSON: translation only. Settings in, a Flask application out, one module per contract.

The app starts in every state of the store and the index and says which one it is; nothing is opened before the first
request asks for it, so a server may fork as it likes.
"""

from flask import Flask

from api import catalogue, client, front_end, health, reports, suggest
from api.access import watch
from api.backends import use_backends
from api.caching import cache_and_compress
from api.cross_origin import allow_origins
from api.documentation import document
from api.errors import answer_errors
from api.kept import keep_answers
from api.limits import limit_rates
from api.metrics import count_requests
from normalize import logs
from normalize.settings import Settings

# `suggest` adds its route to the namespace of `video`.
NAMESPACES = (suggest.namespace, catalogue.namespace, front_end.namespace, client.namespace, health.namespace)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application.

    Args:
        settings: None: read from the environment.

    Raises:
        InputError: a setting is bad.
    """
    settings = settings or Settings.read()
    logs.configure(settings.log_level, settings.log_format)
    app = Flask(__name__, static_folder=None)
    use_backends(app, settings)
    answer_errors(app)
    keep_answers(app, 0 if settings.rate_limit else settings.answers_kept_bytes)  # what is limited has to be counted
    watch(app, count_requests(app, settings))
    cache_and_compress(app)
    limit_rates(app, settings.rate_limit, settings.rate_limit_storage)
    allow_origins(app, settings.cors_origins)
    app.register_blueprint(reports.blueprint)
    document(app, NAMESPACES)
    return app
