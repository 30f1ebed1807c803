"""An import-linter contract for packages that may know only what is listed.

import-linter's own contracts list what is forbidden; a pure package needs the opposite, so that
a module nobody thought of is refused too.
"""

import sys

from grimp import DetailedImport, ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class AllowListContract(Contract):
    """`source_module` directly imports `allowed_modules`, itself and the standard library only.

    A listed module covers its submodules. Raises ValueError when `source_module` is gone, so that
    a rename cannot switch the contract off.
    """

    type_name = "allow_list"

    source_module = fields.StringField()
    allowed_modules = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001, ARG002 - the base class's signature
        source = str(self.source_module)
        if source not in graph.modules:
            message = f"The package {source} of the contract does not exist; name the right one."
            raise ValueError(message)
        allowed = {source, *self._allowed_names()}
        refused = [
            detail
            for importer in sorted({source, *graph.find_descendants(source)})
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not _is_allowed(imported, allowed)
            for detail in graph.get_import_details(importer=importer, imported=imported)
        ]
        return ContractCheck(kept=not refused, metadata={"refused": refused})

    def render_broken_contract(self, check: ContractCheck) -> None:
        refused: list[DetailedImport] = check.metadata["refused"]
        for detail in refused:
            place = f"{detail['importer']}:{detail['line_number']}"
            output.print_error(f"{place} imports {detail['imported']}: {detail['line_contents']}")
        output.print(f"Allowed are {', '.join(sorted(self._allowed_names()))} and the standard")
        output.print("library: hand everything else in as an argument.")

    def _allowed_names(self) -> set[str]:
        return set(map(str, self.contract_options["allowed_modules"]))


def _is_allowed(imported: str, allowed: set[str]) -> bool:
    if imported.partition(".")[0] in sys.stdlib_module_names:
        return True
    return any(imported == name or imported.startswith(f"{name}.") for name in allowed)
