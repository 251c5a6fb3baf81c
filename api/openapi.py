"""OpenAPI 3.1 from Swagger 2.0: flask-restx's description in, the same in newer words out."""

from collections.abc import Mapping
from typing import Any

from api.encoding import JSON
from api.examples import REQUEST
from api.parameters import SUCH_AS

VERSION = "3.1.0"
METHODS = ("get", "post", "put", "delete", "patch", "head", "options")
SCHEMA_KEYS = ("type", "enum", "default", "minimum", "maximum", "maxLength")
BEARER = {"type": "http", "scheme": "bearer"}
"""Swagger 2.0 has no word for it; what it says there is the header."""
OPERATION_KEYS = ("summary", "description", "operationId", "tags", "security")
EXAMPLES = (SUCH_AS, "x-example")
"""Where a parameter may have its example; Swagger 2.0 has no word for it."""
OLD_REF, NEW_REF = "#/definitions/", "#/components/schemas/"


def openapi(swagger: Mapping[str, Any]) -> dict[str, Any]:
    """Put a Swagger 2.0 description into OpenAPI 3.1."""
    return {
        "openapi": VERSION,
        "info": swagger["info"],
        "servers": [{"url": swagger.get("basePath") or "/"}],
        "tags": swagger.get("tags", []),
        "paths": {path: _item(item) for path, item in swagger["paths"].items()},
        "components": {
            "schemas": {name: _schema(schema) for name, schema in swagger.get("definitions", {}).items()},
            "securitySchemes": {name: dict(BEARER) for name in swagger.get("securityDefinitions", {})},
        },
    }


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    shared = [_parameter(parameter) for parameter in item.get("parameters", ()) if parameter["in"] != "body"]
    operations = {name: _operation(part) for name, part in item.items() if name in METHODS}
    return ({"parameters": shared} if shared else {}) | operations


def _operation(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Move bodies out of the parameters, and give each body its type."""
    made = {name: operation[name] for name in OPERATION_KEYS if name in operation}
    given = operation.get("parameters", ())
    parameters = [_parameter(parameter) for parameter in given if parameter["in"] != "body"]
    bodies = [parameter for parameter in given if parameter["in"] == "body"]
    if parameters:
        made["parameters"] = parameters
    for posted in bodies:
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": _schema(posted["schema"])}}}
    made["responses"] = {status: _response(response) for status, response in operation["responses"].items()}
    return made


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    made = {name: parameter[name] for name in ("name", "in", "description", "required") if name in parameter}
    if parameter.get("allowEmptyValue"):
        made["allowEmptyValue"] = True
    examples = [parameter[name] for name in EXAMPLES if name in parameter]
    if examples:
        made["example"] = examples[0]
    schema = {name: parameter[name] for name in SCHEMA_KEYS if name in parameter}
    if "enum" in schema and parameter.get("allowEmptyValue"):
        schema["enum"] = ["", *schema["enum"]]
    return made | {"schema": schema or {"type": "string"}}


def _response(response: Mapping[str, Any]) -> dict[str, Any]:
    made = {name: response[name] for name in ("description", REQUEST) if name in response}
    if "schema" in response:
        made["content"] = {JSON: {"schema": _schema(response["schema"]), "example": response["examples"][JSON]}}
    if "headers" in response:
        made["headers"] = {
            name: {"description": header.get("description", ""), "schema": {"type": header["type"]}}
            for name, header in response["headers"].items()
        }
    return made


def _schema(schema: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Put a schema into JSON Schema's words: null is a type, and definitions have moved."""
    if isinstance(schema, list):
        return [_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    said = {name: _schema(part) for name, part in schema.items() if name not in ("x-nullable", "example")}
    if "example" in schema:
        said["examples"] = [schema["example"]]
    if isinstance(said.get("$ref"), str):
        said["$ref"] = said["$ref"].replace(OLD_REF, NEW_REF)
    return {"anyOf": [said, {"type": "null"}]} if schema.get("x-nullable") else said
