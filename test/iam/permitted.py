"""Says, line by line of stdin, of each list of questions {policy, action, resource}, whether moto's IAM engine lets the
calls pass.

One thing is mended: moto takes a policy's resource for a regular expression with "*" in it, so that a dot stands for
any letter. To IAM only "*" and "?" are wildcards (IAM's reference, "Policy elements: Resource").
"""

import json
import re
import sys

from moto.iam.access_control import IAMPolicy, IAMPolicyStatement, PermissionResult


def match(pattern, string):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), string)


def permitted(question):
    policy = IAMPolicy(json.dumps(question["policy"]))
    return policy.is_action_permitted(question["action"], question["resource"]) == PermissionResult.PERMITTED


IAMPolicyStatement._match = staticmethod(match)
for line in sys.stdin:
    print(json.dumps([permitted(question) for question in json.loads(line)]), flush=True)
