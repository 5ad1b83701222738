"""How answers become JSON: money as exact JSON numbers, times as integers, and OpenAPI says the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from litestar import MediaType, Response
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.plugins import OpenAPISchemaPlugin
from litestar.serialization import default_serializer
from litestar.typing import FieldDefinition

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def to_json(value: Any) -> bytes:
    """A value as JSON; Decimals become numbers, digit by digit."""
    return _ENCODER.encode(value)


class JsonResponse(Response[Any]):
    """What every route answers with."""

    def render(self, content: Any, media_type: str, enc_hook: Any = default_serializer) -> bytes:
        """The body of the answer."""
        if isinstance(content, bytes) or not media_type.startswith(MediaType.JSON.value):
            return super().render(content, media_type, enc_hook)
        return to_json(content)


class ExactNumbers(OpenAPISchemaPlugin):
    """Documents Decimal as the JSON number it is sent and taken as."""

    @staticmethod
    def is_plugin_supported_type(value: Any) -> bool:
        """Whether this is about the type."""
        return value is Decimal

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: Any) -> Schema:  # noqa: ARG002
        """A number."""
        return Schema(type=OpenAPIType.NUMBER, description="exact; send and read it as a number")
