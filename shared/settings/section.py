"""What every section of settings has in common."""

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator


class Section(BaseModel):
    """Declared keys only, and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    @field_validator("*", mode="before")
    @classmethod
    def _true_is_no_number(cls, value: object, info: ValidationInfo) -> object:
        field = cls.model_fields[info.field_name or ""]
        # Python counts with True as with 1: `segments = true` would keep one hour.
        if isinstance(value, bool) and field.annotation is not bool:
            raise ValueError("must not be true or false")
        return value
