"""Elasticsearch nodes for tests, each a process of its own; what cannot be had is skipped, or in CI a failure."""

import os

import node
import pytest


def cannot_be_had(reason):
    """Skip for a reason; in CI fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def start_node(data, port=0, **settings):
    """Start a node in a folder, with settings of the node's; gives its process and its URL."""
    try:
        return node.start(data, port, **settings)
    except node.CannotBeHadError as error:
        return cannot_be_had(str(error))
