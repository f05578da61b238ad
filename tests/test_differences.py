import numpy as np
import pytest

from helpers.differences import jacobian


def test_jacobian_of_a_known_function():
    def function(p):
        return np.array([[p[0] * p[1], np.sin(p[2])], [p[0] ** 2, 5.0]])

    x, y, z = point = np.array([0.3, -1.2, 2.0])
    expected = [[y, x, 0], [0, 0, np.cos(z)], [2 * x, 0, 0], [0, 0, 0]]
    assert jacobian(function, point) == pytest.approx(np.array(expected), abs=1e-9)
    assert point.tolist() == [0.3, -1.2, 2.0]


def test_jacobian_of_a_single_number_is_one_row():
    assert jacobian(lambda p: p @ p, [1.0, 2.0]) == pytest.approx(np.array([[2.0, 4.0]]))


def test_its_error_falls_with_the_square_of_the_step():
    errors = [abs(jacobian(lambda p: p[0] ** 3, [1.0], step).item() - 3) for step in (0.1, 0.01)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.0, [1.0]), "function: expected a function, got 1.0"),
        ((np.sum, [[1.0]]), "point: expected an array with 1 axes"),
        ((np.sum, []), "point: expected at least one element"),
        ((np.sum, [np.inf]), "point: expected finite numbers"),
        ((np.sum, [1.0], 0), "step: expected a positive number, got 0"),
    ],
)
def test_jacobian_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        jacobian(*arguments)
