"""Query parameters: a query string in, a pydantic model out, or every fault by name.

The same model documents the parameters in Swagger, so what is said is what is checked.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, TypeVar

from flask import Request
from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import PydanticCustomError
from werkzeug.datastructures import MultiDict

from normalize.errors import InputError

Model = TypeVar("Model", bound=BaseModel)

OWN_RULE = "own_rule"
"""The type of a fault whose message already says what is allowed."""

MAX_SEARCH_LENGTH = 200
"""How many characters a search may have: its cost grows with them."""

NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
"""A number without a sign, as people write it."""

SHOWN_LENGTH = 200
"""How much of a bad value is shown."""

SWAGGER_KEYS = ("type", "enum", "default", "minimum", "maximum", "maxLength", "description")
"""What Swagger 2.0 takes over from the JSON schema of a field."""


SUCH_AS = "x-such-as"
"""Where a described parameter has its example; Swagger 2.0 has no word for it."""


class Fault(BaseModel):
    """One bad parameter: its name, what was given and what is allowed."""

    parameter: str
    value: str
    allowed: str


class ParameterError(InputError):
    """A query string that is not what it should be; `faults` names each bad parameter."""

    def __init__(self, faults: list[Fault]) -> None:
        names = ", ".join(fault.parameter for fault in faults)
        super().__init__(f"Bad parameters: {names}." if faults else "The query string is not UTF-8.")
        self.faults = faults


def not_allowed(allowed: str) -> PydanticCustomError:
    """Make the error that a validator raises; `allowed` says what would be right."""
    return PydanticCustomError(OWN_RULE, "{allowed}", {"allowed": allowed})


def _digits(text: object) -> object:
    """Let through plain digits only: pydantic alone would take '1_0', ' 5 ' and '5.0' for whole numbers."""
    if isinstance(text, str) and not (text.isascii() and text.isdigit()):
        raise ValueError("is no whole number")
    return text


def signed_digits(text: object) -> object:
    """Let through digits with or without a sign."""
    unsigned = text[1:] if isinstance(text, str) and text[:1] in ("+", "-") else text
    _digits(unsigned)
    return text


WholeNumber = Annotated[int, BeforeValidator(_digits)]
"""A whole number as plain digits; its bounds are the field's."""


def query_arguments(request: Request) -> MultiDict[str, str]:
    """Read the query string.

    Raises:
        ParameterError: it is not UTF-8.
    """
    try:
        return request.args
    except UnicodeDecodeError as error:
        raise ParameterError([]) from error


def read_parameters(model: type[Model], request: Request) -> Model:
    """Read the query string of a request.

    Raises:
        ParameterError: a parameter is bad, unknown or given more than once; every fault is listed.
    """
    given = query_arguments(request)
    odd = dict(_unknown_or_repeated(model, given))
    try:
        parameters = model.model_validate({name: value for name, value in given.items() if name not in odd})
    except ValidationError as error:
        odd |= {str(detail["loc"][0]): _allowed(model, dict(detail)) for detail in error.errors()}
    if odd:
        raise ParameterError([_fault(name, given, odd[name]) for name in given if name in odd])
    return parameters


def _unknown_or_repeated(model: type[BaseModel], given: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    """Give (parameter, what is allowed) for names that the model does not know or that come more than once."""
    for name, values in given.lists():
        if name not in model.model_fields:
            yield name, f"one of the parameters {', '.join(model.model_fields)}"
        elif len(values) > 1:
            yield name, "given once"


def _fault(name: str, given: MultiDict[str, str], allowed: str) -> Fault:
    value = ", ".join(given.getlist(name))
    return Fault(parameter=shortened(name), value=shortened(value), allowed=allowed)


def shortened(text: str) -> str:
    """Give as much of a value as is shown."""
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def _allowed(model: type[BaseModel], detail: Mapping[str, Any]) -> str:
    """Say what a field allows, from its JSON schema."""
    if detail["type"] == OWN_RULE:
        return str(detail["msg"])
    schema = _plain(model.model_json_schema()["properties"][detail["loc"][0]])
    if "enum" in schema:
        return ", ".join(value for value in schema["enum"] if value)
    if "maxLength" in schema:
        return f"at most {schema['maxLength']} characters"
    bounds = f"from {schema['minimum']}"
    return f"a whole number {bounds} to {schema['maximum']}" if "maximum" in schema else f"a whole number {bounds} on"


def _plain(field: Mapping[str, Any]) -> Mapping[str, Any]:
    """Describe a field that may be null as if it might not: a parameter that is not given is null."""
    options = [option for option in field.get("anyOf", ()) if option["type"] != "null"]
    return {**options[0], **field} if options else field


def swagger_parameters(model: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Describe the query parameters as flask-restx wants them: name → Swagger 2.0 parameter."""
    return {name: _swagger_parameter(field) for name, field in model.model_json_schema()["properties"].items()}


def _swagger_parameter(field: Mapping[str, Any]) -> dict[str, Any]:
    """Take over what Swagger knows, and say in its way that a text may be empty."""
    field = _plain(field)
    described = {"in": "query"} | {key: field[key] for key in SWAGGER_KEYS if field.get(key, "") not in ("", None)}
    if "examples" in field:
        described[SUCH_AS] = field["examples"][0]
        described["description"] += f" Such as `{described[SUCH_AS]}`."
    if "enum" in field:
        described["enum"] = [value for value in field["enum"] if value]
    return described | ({"allowEmptyValue": True} if field["type"] == "string" else {})
