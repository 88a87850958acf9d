"""An address as a code to scan, drawn in the page itself: nothing is fetched for it."""


def qr_svg(text: str) -> str:
    """Return the drawing of a text as a code; whoever shows it says in words what it is."""
    import segno  # noqa: PLC0415 - only for who asks

    drawing = segno.make(text, error="m").svg_inline(border=4, omitsize=True, lineclass=None, svgclass=None)
    return str(drawing).replace("<svg ", '<svg aria-hidden="true" ', 1)
