"""Print the results of all golden cases as JSON: what another process has to give byte by byte."""

import json

from gis.checks import CHECKS
from gis.checks.golden import golden_cases

if __name__ == "__main__":
    print(json.dumps([case.run().to_json() for check in CHECKS for case in golden_cases(check)], ensure_ascii=False))
