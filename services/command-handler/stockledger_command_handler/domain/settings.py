"""Settings are set field by field: what a command leaves out stays as it is."""

from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SettingsT = TypeVar("SettingsT", bound="DataclassInstance")


def merged(current: SettingsT, command: object) -> SettingsT:
    """Return the settings with each field that the command has and gives (is not None)."""
    given = {field.name: getattr(command, field.name, None) for field in fields(current)}
    return replace(current, **{name: value for name, value in given.items() if value is not None})


def copied(settings: type[SettingsT], event: object) -> SettingsT:
    """Return the settings that an event carries in fields of the same names."""
    return settings(**{field.name: getattr(event, field.name) for field in fields(settings)})
