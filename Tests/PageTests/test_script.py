"""The script of the pages: a browser that cannot read one line of it would run none of it."""

import esprima

from conftest import CHECKOUT

# What came after ECMAScript 2015 and the parser, which knows 2017, would let pass.
LATER = {"async", "await", "**"}


def test_the_script_is_written_in_ecmascript_2015():
    text = (CHECKOUT / "nginx/assets/js/portal.js").read_text("utf-8")
    esprima.parseScript(text)
    assert {token.value for token in esprima.tokenize(text)} & LATER == set()
    # Methods that came later are no syntax: what they do, older ones do.
    for method in [".padStart(", ".fromEntries(", "Object.entries(", ".includes("]:
        assert method not in text, method
