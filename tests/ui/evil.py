"""Texts that try to be more than text, for wherever a document, a file or a question is shown."""

EVIL = [
    "<script>window.ran = 1</script>",
    '<img src="http://sink.invalid/i.png" onerror="window.ran = 1">',
    "<svg onload=window.ran=1>",
    '"><a href="javascript:window.ran=1" autofocus onfocus="window.ran=1">x</a>',
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    '<form action="http://sink.invalid/f"><input name="q"><button>Send</button></form>',
    "<style>*{background:url(http://sink.invalid/c)}</style>",
    '<link rel="stylesheet" href="http://sink.invalid/s.css">',
    '<meta http-equiv="refresh" content="0;url=http://sink.invalid/m">',
    "![x](http://sink.invalid/m.png) [y](http://sink.invalid/l) <http://sink.invalid/a>",
    "![x][r]\n\n[r]: http://sink.invalid/r.png",
    "</article></section></div><h1>Owned</h1>",
    "\n\n# Heading\n\n- list\n\n```mermaid\ngraph\n```\n\n$$x$$",
    "{{constructor.constructor('window.ran=1')()}} ${window.ran=1}",
    "1\u200b00 \u202egnp.exe \x1b[31mred\x1b[0m \x00 \U000e0041",
    '<button class="v-act" name="only" value="x">Press me</button>',
    '<a class="v-chip" href="#t1c1">9</a>',
]
