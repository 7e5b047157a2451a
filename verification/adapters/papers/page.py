"""A sheet of A4 that text is written on, in fonts that travel with the kiosk."""

from importlib import resources

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont

FONT = "DejaVu"
RED, BLUE, AMBER, GREY = (179, 38, 30), (10, 77, 140), (217, 154, 0), (82, 98, 109)
INK = (16, 32, 43)
LINE = 5.2  # millimetres
LEFT, WIDTH = 15.0, 180.0


class Page(FPDF):
    """A PDF whose first page is begun; `draw` writes on it.

    Args:
        title: Of the file.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        fonts = resources.files("verification.adapters.papers").joinpath("fonts")
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            with resources.as_file(fonts.joinpath(name)) as path:
                self.add_font(FONT, style, path)
        self.set_margins(LEFT, 14, LEFT)
        self.set_title(title)

    def draw(self) -> None:
        """Write all of it."""
        raise NotImplementedError

    def printed(self) -> bytes:
        """Return the PDF."""
        self.add_page()
        # read lazily and left open by the package, which puts others in their place at the end
        opened = [font.ttfont for font in self.fonts.values() if isinstance(font, TTFFont)]
        try:
            self.draw()
            return bytes(self.output())
        finally:
            for font_file in opened:
                font_file.close()

    def ink(self, size: float, style: str = "", colour: tuple[int, int, int] = INK) -> None:
        """Choose size, weight and colour of what is written next."""
        self.set_font(FONT, style, size)
        self.set_text_color(*colour)

    def says(self, text: str, height: float = LINE) -> None:
        """Write a paragraph."""
        self.multi_cell(0, height, text, align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def heading(self, text: str) -> None:
        """Write a heading."""
        self.ln(3)
        self.ink(10.5, "B")
        self.says(text, 6)
