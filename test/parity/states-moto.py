"""Starts moto with a JSONata evaluator.

moto 5.2 has an interpreter of the States Language, but leaves the evaluator of its JSONata expressions unset
(moto/stepfunctions/parser/asl/jsonata/jsonata.py). This gives it one: it asks JSONATA_URL, where the suite
evaluates with the reference implementation in the version that Step Functions runs. Where FUNCTIONS_URL is set,
functions are called there, so that a suite can script their answers and failures.
"""

import json
import os
import sys
import urllib.request

from moto.server import main
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.jsonata import jsonata


def evaluate(expression):
    request = urllib.request.Request(os.environ["JSONATA_URL"], data=expression.encode())
    with urllib.request.urlopen(request) as answer:
        reply = json.loads(answer.read())
    if "error" in reply:
        raise jsonata.JSONataException("UNKNOWN", reply["error"])
    return reply["value"]


def invoke(parameters, region, state_credentials):
    call = {"name": parameters["FunctionName"], "payload": json.loads(parameters["Payload"])}
    request = urllib.request.Request(os.environ["FUNCTIONS_URL"], data=json.dumps(call).encode())
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


jsonata._eval_jsonata = evaluate
if "FUNCTIONS_URL" in os.environ:
    lambda_eval_utils._invoke_lambda_function = invoke
main(sys.argv[1:])
