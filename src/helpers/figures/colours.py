"""The colours of all figures, and the boxes of their diagrams."""

# Okabe and Ito's colours: told apart with every common kind of colour blindness.
BLUE, ORANGE, GREEN, RED, PURPLE, GREY = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#5f6368",
)  # fmt: skip
BOX = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": GREY}
THIN_BOX = BOX | {"boxstyle": "round,pad=0.4"}
