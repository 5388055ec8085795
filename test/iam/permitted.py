"""Says of each question on stdin, {policy, resource}, whether moto's IAM engine lets the call pass.

One thing is mended: moto takes a policy's resource for a regular expression with "*" in it, so that a dot stands for
any letter. To IAM only "*" and "?" are wildcards (IAM's reference, "Policy elements: Resource").
"""

import json
import re
import sys

from moto.iam.access_control import IAMPolicy, IAMPolicyStatement, PermissionResult


def match(pattern, string):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), string)


IAMPolicyStatement._match = staticmethod(match)
print(
    json.dumps(
        [
            IAMPolicy(json.dumps(question["policy"])).is_action_permitted("execute-api:Invoke", question["resource"])
            == PermissionResult.PERMITTED
            for question in json.load(sys.stdin)
        ]
    )
)
