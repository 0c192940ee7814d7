"""What an endpoint takes: a table from each parameter's name to its type; everything else is refused."""

from collections.abc import Callable, Mapping
from typing import Any

from app.sandbox.refusal import ImpossibleParameter
from app.sandbox.state.plain import Json

Parse = Callable[[Any, str], Any]
Spec = Mapping[str, Parse]


def read(spec: Spec, given: Json, inside: str = "") -> Json:
    known: Json = {}
    unknown = [_name(key, inside) for key in given if key not in spec]
    if unknown:
        words = "Received unknown parameter" + ("s" if len(unknown) > 1 else "")
        raise refused(f"{words}: {', '.join(unknown)}", unknown[0], "parameter_unknown")
    for key, parse in spec.items():
        if key in given:
            known[key] = parse(given[key], _name(key, inside))
        elif getattr(parse, "required", False):
            missing = _name(key, inside)
            raise refused(f"Missing required param: {missing}.", missing, "parameter_missing")
    return known


def required(parse: Parse) -> Parse:
    def reads(value: Any, name: str) -> Any:
        if value == "":
            raise refused(f"You passed an empty string for '{name}'.", name, "parameter_invalid_empty")
        return parse(value, name)

    reads.required = True  # type: ignore[attr-defined]
    return reads


def clearable(parse: Parse) -> Parse:
    """The empty string unsets the field; it is read as None."""
    return lambda value, name: None if value == "" else parse(value, name)


def text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise refused(f"Invalid string: {value}", name)
    if len(value) > 5000:
        raise refused(
            f"Invalid string: must be at most 5000 characters ({name})", name, "parameter_invalid_string_blank"
        )
    return value


def filled(value: Any, name: str) -> str:
    if value == "":
        message = f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a parameter"
        raise refused(f"{message}; however '{name}' cannot be unset.", name, "parameter_invalid_empty")
    return text(value, name)


def integer(value: Any, name: str) -> int:
    try:
        return int(filled(value, name))
    except ValueError:
        raise refused(f"Invalid integer: {value}", name, "parameter_invalid_integer") from None


def natural(value: Any, name: str) -> int:
    number = integer(value, name)
    if number < 0:
        raise refused("This value must be greater than or equal to 0.", name, "parameter_invalid_integer")
    return number


def positive(value: Any, name: str) -> int:
    number = integer(value, name)
    if number < 1:
        raise refused("Invalid positive integer", name, "parameter_invalid_integer")
    return number


def boolean(value: Any, name: str) -> bool:
    if value not in ("true", "false"):
        raise refused(f"Invalid boolean: {value}", name)
    return bool(value == "true")


def one_of(*values: str) -> Parse:
    def reads(value: Any, name: str) -> str:
        if value in values:
            return str(value)
        listed = ", ".join(values[:-1]) + f", or {values[-1]}" if len(values) > 1 else values[0]
        raise refused(f"Invalid {name}: must be one of {listed}", name)

    return reads


def hash_of(**spec: Parse) -> Parse:
    def reads(value: Any, name: str) -> Json:
        if not isinstance(value, dict):
            raise refused("Invalid object", name)
        return read(spec, value, name)

    return reads


def list_of(parse: Parse) -> Parse:
    def reads(value: Any, name: str) -> list[Any]:
        if not isinstance(value, list):
            raise refused("Invalid array", name)
        return [parse(item, f"{name}[{index}]") for index, item in enumerate(value)]

    return reads


def either(first: Parse, second: Parse) -> Parse:
    """The second type where the value does not fit the first."""

    def reads(value: Any, name: str) -> Any:
        try:
            return first(value, name)
        except ImpossibleParameter:
            return second(value, name)

    return reads


def metadata(value: Any, name: str) -> dict[str, str]:
    """An empty string removes all keys, an empty value its key; `merged` applies it."""
    return {"": ""} if value == "" else new_metadata(value, name)


def new_metadata(value: Any, name: str) -> dict[str, str]:
    """What is only being made has no keys to remove."""
    if not isinstance(value, dict):
        raise refused("Invalid object", name)
    if len(value) > 50:
        raise refused("You can specify up to 50 metadata keys.", name)
    for key, item in value.items():
        if len(key) > 40 or len(text(item, f"{name}[{key}]")) > 500:
            raise refused("Metadata keys have up to 40 characters, values up to 500.", f"{name}[{key}]")
    return value


def merged(old: Mapping[str, str], given: Mapping[str, str] | None) -> dict[str, str]:
    if given == {"": ""}:
        return {}
    return {key: value for key, value in {**old, **(given or {})}.items() if value != ""}


def not_modelled(names: str) -> dict[str, Parse]:
    """Parameters that Stripe has and the imitation has not: refused openly."""
    return dict.fromkeys(names.split(), _refuse_to_imitate)


def _refuse_to_imitate(_value: Any, name: str) -> Any:
    message = f"The sandbox does not imitate the parameter {name}."
    raise refused(message, name, "sandbox_not_imitated")


def refused(message: str, name: str, code: str | None = None) -> ImpossibleParameter:
    return ImpossibleParameter(400, message, param=name, code=code)


def _name(key: str, inside: str) -> str:
    return f"{inside}[{key}]" if inside else key


RANGE: Parse = either(integer, hash_of(gt=integer, gte=integer, lt=integer, lte=integer))
"""The usual filter on an instant: exactly then, or within bounds."""
