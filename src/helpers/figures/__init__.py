"""The one style of all figures, and the pictures that lessons share."""

from helpers.figures.cell_plots import coloured_text, gate_panels, lstm_cell
from helpers.figures.diagrams import (
    column_addition, induction, state_diagram, way_back,
)
from helpers.figures.digit_plots import (
    embedded, from_the_top, learned_bars, look_up, unrolled,
)
from helpers.figures.drawing import arrow
from helpers.figures.plots import digit_tables, loss_surface, named_points, squares
from helpers.figures.scene_plots import scene, ways_to_see, word_by_word
from helpers.figures.sequences import (
    KINDS, attention_map, both_ways, dots_by_kind, kinds_of_task, looking_back,
    next_letters, read_then_write, ways_to_travel, windows,
)
from helpers.figures.style import (
    BLUE, GREEN, GREY, ORANGE, PURPLE, RED, describe, use_style,
)
