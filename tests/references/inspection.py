"""One walk over a JSON value beside the shape it should have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from tests.references.shapes import Shape, Struct

_ALWAYS_ON_DELETED = frozenset({"id", "object"})


@dataclass(slots=True, kw_only=True)
class Inspection:
    """Collects `errors`, and as `warnings` the unknown values of open enums.

    `struct_of` knows an API object by its `object` name where a reference says only "some object".
    `form` reads texts as numbers and booleans, since a form has nothing else, and closes every enum.
    `complete` wants fields that may be null to be there all the same.
    """

    struct_of: Callable[[str], Struct | None]
    form: bool = False
    complete: bool = False
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def check_object(self, body: Mapping[str, object]) -> None:
        """An API object, known by its `object` field, or an error. Of an event also what was before."""
        name = "error" if "error" in body else str(body.get("object"))
        struct = self.struct_of(name)
        if struct is None:
            self.errors.append(f"{name}: unknown object")
            return
        self.check_struct(body, struct, name)
        if name == "event" and isinstance(body.get("data"), dict):
            self._check_previous(body["data"])

    def _check_previous(self, data: object) -> None:
        match data:
            case {"object": {"object": str(name)}, "previous_attributes": dict(previous)}:
                struct = self.struct_of(name)
                if struct is not None:
                    self.check_struct(previous, struct, "event.data.previous_attributes", partial=True)

    def check(self, value: object, shape: Shape, path: str, *, partial: bool = False) -> None:
        if value is None:
            if not (shape.nullable or shape.anything):
                self.errors.append(f"{path}: null")
        elif shape.anything:
            self._check_unspecified(value, path)
        elif isinstance(value, dict):
            self._check_mapping(value, shape, path, partial=partial)
        elif isinstance(value, list):
            self._check_list(value, shape, path)
        else:
            self._check_scalar(value, shape, path)

    def check_struct(self, value: Mapping[str, object], struct: Struct, path: str, *, partial: bool = False) -> None:
        """`partial` is the form of `previous_attributes`: nothing is missing, and what was not there is null."""
        fields = struct.fields
        for name, inner in value.items():
            known = fields.get(name)
            if known is None:
                self.errors += [f"{path}.{name}: unknown field"] * struct.closed
            elif not (partial and inner is None and not known.required):
                self.check(inner, known.shape, f"{path}.{name}", partial=partial)
        if not partial:
            self._check_presence(value, struct, path)

    def _check_presence(self, value: Mapping[str, object], struct: Struct, path: str) -> None:
        required = struct.required | struct.nullable if self.complete else struct.required
        if value.get("deleted") is True:
            required &= _ALWAYS_ON_DELETED
        self.errors += [f"{path}.{name}: missing" for name in sorted(required - value.keys())]

    def _check_mapping(self, value: Mapping[str, object], shape: Shape, path: str, *, partial: bool) -> None:
        if shape.structs:
            self.check_struct(value, self._chosen(value, shape.structs), path, partial=partial)
        elif shape.values is not None:
            for name, inner in value.items():
                if partial and inner is None:
                    continue
                self.check(inner, shape.values, f"{path}.{name}", partial=partial)
        else:
            self._wrong_type(value, shape, path)

    def _chosen(self, value: Mapping[str, object], structs: tuple[Struct, ...]) -> Struct:
        named = tuple(struct for struct in structs if struct.object_name == value.get("object"))
        candidates = named or structs
        if len(candidates) == 1:
            return candidates[0]
        return min(candidates, key=lambda struct: self._count_errors(value, struct))

    def _count_errors(self, value: Mapping[str, object], struct: Struct) -> int:
        trial = Inspection(struct_of=self.struct_of, form=self.form)
        trial.check_struct(value, struct, "")
        return len(trial.errors)

    def _check_list(self, value: list[object], shape: Shape, path: str) -> None:
        if shape.items is None:
            self._wrong_type(value, shape, path)
            return
        for index, inner in enumerate(value):
            self.check(inner, shape.items, f"{path}[{index}]")

    def _check_unspecified(self, value: object, path: str) -> None:
        if isinstance(value, list):
            for index, inner in enumerate(value):
                self._check_unspecified(inner, f"{path}[{index}]")
        elif isinstance(value, dict) and isinstance(value.get("object"), str):
            struct = self.struct_of(value["object"])
            if struct is None:
                self.errors.append(f"{path}.object: unknown object {value['object']!r}")
            else:
                self.check_struct(value, struct, path)

    def _check_scalar(self, value: object, shape: Shape, path: str) -> None:
        if isinstance(value, str) and value in shape.enum:
            return
        named = shape.enum - {""}
        fits = any(_fits(value, scalar, form=self.form) for scalar in shape.scalars)
        if isinstance(value, str) and named and not _fits_other_than_text(value, shape, form=self.form):
            heap = self.warnings if fits and not self.form else self.errors
            heap.append(f"{path}: {value!r} is not one of {sorted(named)}")
        elif not fits:
            self._wrong_type(value, shape, path)

    def _wrong_type(self, value: object, shape: Shape, path: str) -> None:
        self.errors.append(f"{path}: {type(value).__name__} instead of {_expected(shape)}")


def _fits_other_than_text(value: object, shape: Shape, *, form: bool) -> bool:
    return any(_fits(value, scalar, form=form) for scalar in shape.scalars - {str})


def _fits(value: object, scalar: type, *, form: bool) -> bool:
    if scalar is Decimal:
        return isinstance(value, str) and _is_number(value)
    if isinstance(value, str) and scalar is not str:
        return form and _text_fits(value, scalar)
    if scalar is float:
        return type(value) in (int, float)
    return type(value) is scalar


def _text_fits(text: str, scalar: type) -> bool:
    if scalar is bool:
        return text in ("true", "false")
    if scalar is int:
        return text.removeprefix("-").isdecimal()
    return _is_number(text)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _expected(shape: Shape) -> str:
    names = [scalar.__name__ for scalar in shape.scalars] + [repr(text) for text in shape.enum]
    names += ["list"] * (shape.items is not None) + ["map"] * (shape.values is not None)
    return " or ".join(sorted(names) + [struct.name for struct in shape.structs]) or "null"
