"""Reads the JSON body of a request into its model; what does not fit is named in one line."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest

Model = TypeVar("Model", bound=BaseModel)


def read_body(model: type[Model], body: bytes) -> Model:
    """Raises BadRequest, which says where and what."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise BadRequest(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None
