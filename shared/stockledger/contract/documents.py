"""The files of the contract: their names and their texts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stockledger.contract.asyncapi import asyncapi_document
from stockledger.contract.schemas import Schema, schemas_by_folder
from stockledger.contract.yaml_text import yaml_text

ASYNCAPI_FILE: Final = "asyncapi.yaml"


def contract_files() -> Mapping[str, str]:
    """Return the text of each file of the contract by its path inside the folder."""
    files = {
        f"{folder}/{type_name}.json": _json_text(schema)
        for folder, schemas in schemas_by_folder().items()
        for type_name, schema in schemas.items()
    }
    return {**files, ASYNCAPI_FILE: yaml_text(asyncapi_document())}


def write_contract(folder: Path) -> int:
    """Write the contract into a folder, delete what is no longer in it, return the number."""
    files = contract_files()
    for old in (*folder.glob("*/*.json"), *folder.glob(ASYNCAPI_FILE)):
        if old.relative_to(folder).as_posix() not in files:
            old.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return len(files)


def _json_text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
