"""Headers as options: what they say, and that nothing else gets into them."""

from __future__ import annotations

from typing import Any

import pytest
from sfgen_runtime import Salesforce
from sfgen_runtime.headers import assignment_rule, call_options, duplicate_rule, package_version


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "a, defaultNamespace=b", "a;b", "é", ""])
def test_nothing_gets_out_of_a_header(text: str, login: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        call_options(client=text)
    if text:
        with pytest.raises(ValueError, match="letters, digits"):
            Salesforce(**login, client_id=text)
    with pytest.raises(ValueError, match="assignment rule"):
        assignment_rule(text)
    with pytest.raises(ValueError, match="namespace"):
        package_version(text, "1.0")


def test_every_call_names_the_client(login: dict[str, Any]) -> None:
    sf = Salesforce(**login, client_id="nightly")
    answer = sf.Contact.delete(sf.Contact.create({"LastName": "x"}).id, raw_response=True)
    assert answer.request.headers["Sforce-Call-Options"] == "client=sfgen/nightly"
    headers = assignment_rule(False) | duplicate_rule(allow_save=True)
    made = sf.Contact.create({"LastName": "x"}, headers=headers, timeout=60)
    raw = sf.Contact.update(made.id, {"LastName": "y"}, raw_response=True, headers=headers, timeout=60)
    assert raw.request.headers["Sforce-Auto-Assign"] == "FALSE"
    assert raw.request.headers["Sforce-Duplicate-Rule-Header"] == "allowSave=true"
