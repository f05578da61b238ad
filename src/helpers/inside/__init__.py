"""What a trained network knows, and whether it uses it: read out, tested, proved."""

from helpers.inside.certificates import bounds, holds, image_of, is_proof
from helpers.inside.directions import (
    along_and_across, carry_by_plane, principal_components, separating_plane,
)
from helpers.inside.forgetting import (
    derived_factor, factor_per_step, settled_variance, slopes_by_lag,
)
from helpers.inside.gates import Gates, gates_of
from helpers.inside.machines import CARRY, Machine, read_machine, smallest
from helpers.inside.probes import areas, probe, shares_explained
from helpers.inside.proofs import find_mistake, prove
from helpers.inside.readings import Reading, readings, units_of
