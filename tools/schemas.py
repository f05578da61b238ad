"""What a lesson says of itself beside its cells, as JSON schemas: `require_valid(…)`."""

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

WORDS = {"type": "string", "pattern": r"\A[^\n]*\S[^\n]*\Z"}  # in a line
LENGTH = {"type": "integer", "minimum": 1}
SIZE = {
    "type": "object",
    "required": ["height", "width"],
    "properties": {"height": LENGTH, "width": LENGTH},
}

# what metadata.lesson tells: the first page shows it, and the page for teachers
CARD = {
    "type": "object",
    "required": ["goals", "minutes", "prerequisites", "shows", "wrong_answers"],
    "additionalProperties": False,
    "properties": {
        "goals": {"type": "array", "minItems": 1, "items": WORDS},
        "minutes": LENGTH | {"maximum": 600},
        "prerequisites": {"type": "array", "items": WORDS},
        "shows": WORDS,
        "wrong_answers": {  # what is said in a class, and what one can say to that
            "type": "array",
            "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": WORDS},
        },
    },
}
# the metadata of a cell
CELL = {
    "type": "object",
    "properties": {
        "mystnb": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "code_prompt_hide": WORDS,
                "code_prompt_show": WORDS,
                "image": {
                    "type": "object",
                    "required": ["alt"],
                    "additionalProperties": False,
                    "properties": {"alt": WORDS},
                },
            },
        },
    },
}
# the metadata of a figure's output: its size on the page
PICTURE = {"type": "object", "required": ["image/png"], "properties": {"image/png": SIZE}}


def require_valid(where, value, schema):
    """Refuse a value that is not as its schema says: ValueError, naming place and fault."""
    fault = best_match(Draft202012Validator(schema).iter_errors(value))
    if fault is not None:
        place = ".".join(map(str, ["", *fault.absolute_path]))
        raise ValueError(f"{where}{place}: {fault.message}")
