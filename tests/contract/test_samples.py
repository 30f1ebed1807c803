"""Yesterday's messages are read today: samples as they once were sent, never generated again.

A new type gets a new file here; an existing file is never changed, because the topics and the log
still hold messages like it.
"""

from pathlib import Path

import orjson
import pytest

from tests.support.contract_messages import CASES, FOLDERS, obeys, through_the_codec

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> dict[str, object]:
    message: dict[str, object] = orjson.loads((SAMPLES / f"{name}.json").read_bytes())
    return message


def test_every_type_has_a_sample() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} >= {name for _, name in CASES}


def test_every_type_that_was_ever_sent_is_still_known() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} <= {name for _, name in CASES}


@pytest.mark.parametrize(("folder", "name"), CASES)
def test_yesterdays_message_is_read_today(folder: str, name: str) -> None:
    sent, read = sample(name), through_the_codec(folder, name, sample(name))
    assert isinstance(read, dict)
    assert {field: read[field] for field in sent} == sent
    # A field that came later was not sent; it has its default, so nobody has to send it.
    assert not (read.keys() - sent.keys()) & set(FOLDERS[folder][name].get("required", ()))


@pytest.mark.parametrize(("folder", "name"), CASES)
def test_yesterdays_message_obeys_todays_schema(folder: str, name: str) -> None:
    assert obeys(FOLDERS[folder][name], sample(name))
