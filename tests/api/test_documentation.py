"""Swagger: what /swagger.json says is what is checked, and /docs needs no network."""

import re

PARAMETERS = [
    {
        "name": "limit",
        "in": "query",
        "type": "integer",
        "default": 50,
        "minimum": 1,
        "maximum": 250,
        "description": "How many films on a page, 1 to 250.",
    },
    {
        "name": "page",
        "in": "query",
        "type": "integer",
        "default": 1,
        "minimum": 1,
        "description": "Which page, from 1 on; pages go as far as the first 10000 films.",
    },
    {
        "name": "search",
        "in": "query",
        "type": "string",
        "maxLength": 200,
        "allowEmptyValue": True,
        "description": "Words to look for, at most 200 characters; empty: every film. Such as `звёздные войны`.",
        "x-such-as": "звёздные войны",
    },
    {
        "name": "sort",
        "in": "query",
        "type": "string",
        "allowEmptyValue": True,
        "enum": ["relevance", "id", "title", "imdb_rating", "year"],
        "description": "The order; empty: relevance where there is a search (best first), id elsewhere.",
    },
    {
        "name": "sort_order",
        "in": "query",
        "type": "string",
        "allowEmptyValue": True,
        "enum": ["asc", "desc"],
        "default": "asc",
        "description": "Ascending or descending; films without the value come last both ways.",
    },
]


def test_every_request_is_described(client):
    """Swagger lists all requests with all statuses that they are answered with."""
    spec = client.get("/swagger.json").json
    assert spec["swagger"] == "2.0"
    methods = ("get", "post")
    described = {
        f"{method.upper()} {path}": sorted(item[method]["responses"])
        for path, item in spec["paths"].items()
        for method in methods
        if method in item
    }
    assert described == {
        "GET /api/movies": ["200", "304", "422", "429", "500", "503"],
        "GET /api/movies/{film_id}": ["200", "304", "404", "429", "500", "503"],
        "GET /api/v1/video/collection": ["200", "304", "422", "429", "500", "503"],
        "GET /api/v1/video/get/{film_id}": ["200", "304", "404", "429", "500", "503"],
        "GET /api/v1/video/suggest": ["200", "304", "422", "429", "500", "503"],
        "GET /client/info": ["200", "429", "500"],
        "GET /health/live": ["200"],
        "GET /health/ready": ["200", "503"],
        "GET /movies": ["200", "304", "400", "429", "500", "503"],
        "GET /movies/{film_id}": ["200", "304", "404", "429", "500", "503"],
        "POST /movies": ["201", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503"],
    }


def test_parameters_are_described_by_what_checks_them(client):
    """Types, bounds, choices and defaults of the collection's parameters are those of its model."""
    described = client.get("/swagger.json").json["paths"]["/api/v1/video/collection"]["parameters"]
    assert described[: len(PARAMETERS)] == PARAMETERS
    assert {parameter["name"]: parameter["type"] for parameter in described[len(PARAMETERS) :]} == {
        "genre": "string",
        "title_type": "string",
        "person": "string",
        "year_from": "integer",
        "year_to": "integer",
        "rating_from": "number",
        "rating_to": "number",
        "fields": "string",
        "facets": "string",
        "highlight": "string",
        "cursor": "string",
    }


def test_bodies_are_described_field_by_field(client):
    """The bodies that clients get are described in Swagger 2.0's own words, null included."""
    definitions = client.get("/swagger.json").json["definitions"]
    assert sorted(definitions) == [
        "Actor",
        "BadParametersBody",
        "Card",
        "CatalogueFilm",
        "Client",
        "Collection",
        "Counted",
        "DetailBody",
        "ErrorBody",
        "Facets",
        "Fault",
        "Film",
        "FrontEndBody",
        "FrontEndFault",
        "Genre",
        "Highlight",
        "ListedMovie",
        "Live",
        "Movie",
        "NewFilm",
        "NewGenre",
        "Person",
        "Ready",
        "Suggested",
        "SuggestedTitle",
        "Writer",
    ]
    assert definitions["CatalogueFilm"]["properties"] == {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "genres": {"type": "array", "items": {"$ref": "#/definitions/Genre"}},
        "year": {"type": "integer", "x-nullable": True},
        "rating": {"type": "number", "x-nullable": True},
        "runtime": {"type": "integer", "x-nullable": True},
        "imdb_link": {"type": "string", "x-nullable": True},
    }
    assert definitions["Collection"]["properties"]["items"] == {
        "type": "array",
        "items": {"$ref": "#/definitions/Film"},
    }
    assert set(definitions["Card"]["properties"]) == set(client.get("/api/v1/video/get/tt0000001").json)


def test_the_documentation_needs_no_network(client):
    """Every file that /docs names is served here."""
    page = client.get("/docs").text
    files = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert files
    for file in files:
        assert file.startswith("/swaggerui/")
        with client.get(file) as answer:
            assert answer.status_code == 200


def test_the_bare_address_leads_to_the_documentation(client):
    """Whoever opens / is led to /docs."""
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/docs")
