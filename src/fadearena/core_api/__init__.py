"""The HTTP and WebSocket face: reads views, writes only what an operator may say."""

from fadearena.core_api.app import create_app
from fadearena.core_api.options import ApiOptions
from fadearena.core_api.serving import serve

__all__ = ["ApiOptions", "create_app", "serve"]
