"""The kernel compiled with numba (extra ``research``), from the very same source.

Pure. Numba compiles a function only if every function it calls is compiled too: each one is rebuilt here over a copy of
its globals in which the kernel's own helpers are replaced by their compiled twins. It knows no structs: compiled, a
situation and its limits are the same numbers as a tuple.
"""

from __future__ import annotations

import dis
import types
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import msgspec

from fadearena.strategy_engine.kernel import decide
from fadearena.strategy_engine.situation import Limits, Situation

_ROOM = "fadearena.strategy_engine"


def _tuple_of(struct: type[msgspec.Struct]) -> Any:
    return namedtuple(f"{struct.__name__}Tuple", struct.__struct_fields__)


SituationTuple = _tuple_of(Situation)
LimitsTuple = _tuple_of(Limits)


def compile_kernel() -> Callable[[Any, Any, Any], Any]:
    """``decide``, compiled: a SituationTuple, a LimitsTuple and an int64 array of steps in, a Verdict out.

    Raises ImportError where numba is not installed.
    """
    import numba  # noqa: PLC0415

    # Inlined into one function a decision takes a sixth of the time that a chain of calls takes.
    kernel: Callable[[Any, Any, Any], Any] = _Compiler(numba.njit(error_model="numpy", forceinline=True)).compile(
        decide
    )
    return kernel


class _Compiler:
    def __init__(self, njit: Callable[[Any], Any]) -> None:
        self._njit = njit
        self._done: dict[types.FunctionType, Any] = {}

    def compile(self, function: types.FunctionType | Any) -> Any:
        if function not in self._done:
            self._done[function] = self._njit(self._over_compiled_globals(function))
        return self._done[function]

    def _over_compiled_globals(self, function: types.FunctionType) -> types.FunctionType:
        namespace = dict(function.__globals__)
        called = {step.argval for step in dis.get_instructions(function) if step.opname == "LOAD_GLOBAL"}
        for name in called:
            value = namespace.get(name)
            if isinstance(value, types.FunctionType) and value.__module__.startswith(_ROOM):
                namespace[name] = self.compile(value)
        return types.FunctionType(
            function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__
        )
