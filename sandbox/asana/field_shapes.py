"""Which keys custom fields have, by themselves and as a task shows them with its value."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sandbox.asana import values
from sandbox.asana.records import Field, Value
from sandbox.asana.shape import Absent, Getter, always, plain, shape


@dataclass(frozen=True)
class FieldValue:
    """A custom field as a task shows it. Where it is asked for as a whole, it comes as a whole."""

    field: Field
    value: Value | None
    enabled: bool

    @property
    def gid(self) -> str:
        return self.field.gid


def _only(subtype: str, getter: Getter) -> Getter:
    """A key that only fields of that kind have."""

    def get(shown: FieldValue | Field) -> Any:
        if _definition(shown).resource_subtype != subtype:
            raise Absent
        return getter(shown)

    return get


def _definition(shown: FieldValue | Field) -> Field:
    return shown.field if isinstance(shown, FieldValue) else shown


def _of_definition(name: str) -> Getter:
    return lambda shown: getattr(_definition(shown), name)


def _defined(names: str) -> dict[str, Getter]:
    return {name: _of_definition(name) for name in names.split()}


_FIELD_GETTERS: dict[str, Getter] = {
    **_defined("resource_type name created_at created_by resource_subtype is_global_to_workspace"),
    **always(description="", privacy_setting="public_with_guests"),
    "type": _of_definition("resource_subtype"),
    "precision": _only("number", _of_definition("precision")),
    "format": _only("number", _of_definition("format")),
    "enum_options": _only("enum", _of_definition("options")),
    "is_formula_field": lambda shown: _definition(shown).formula is not None,
    "is_value_read_only": lambda shown: _definition(shown).formula is not None,
    "representation_type": lambda shown: (
        "formula" if _definition(shown).formula else _definition(shown).resource_subtype
    ),
}
FIELD = shape(
    "name resource_subtype type",
    "created_by description enum_options format is_formula_field is_global_to_workspace is_value_read_only precision "
    "privacy_setting representation_type",
    _FIELD_GETTERS,
    is_part=True,
)
FIELD_VALUE = shape(
    "name resource_subtype type",
    "created_by description display_value enabled enum_options enum_value format is_formula_field number_value "
    "precision representation_type text_value",
    {
        **_FIELD_GETTERS,
        **plain("enabled"),
        **{f"{kind}_value": _only(kind, attrgetter("value")) for kind in ("number", "enum", "text")},
        "display_value": lambda shown: values.displayed(shown.field, shown.value),
    },
    is_part=True,
)
