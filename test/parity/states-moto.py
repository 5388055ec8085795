"""Starts moto with a JSONata evaluator.

moto 5.2 has an interpreter of the States Language, but leaves the evaluator of its JSONata expressions unset
(moto/stepfunctions/parser/asl/jsonata/jsonata.py). This gives it one: it asks JSONATA_URL, where the suite
evaluates with the reference implementation in the version that Step Functions runs.
"""

import json
import os
import sys
import urllib.request

from moto.server import main
from moto.stepfunctions.parser.asl.jsonata import jsonata


def evaluate(expression):
    request = urllib.request.Request(os.environ["JSONATA_URL"], data=expression.encode())
    with urllib.request.urlopen(request) as answer:
        reply = json.loads(answer.read())
    if "error" in reply:
        raise jsonata.JSONataException("UNKNOWN", reply["error"])
    return reply["value"]


jsonata._eval_jsonata = evaluate
main(sys.argv[1:])
