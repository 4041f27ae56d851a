"""From a stranger's model file to a card that runs.

recognise    what kind of file it is, told by its content
describe     its inputs, outputs and metadata, read without running anything of it
shapes       sizes that only the runtime knows, asked in a process of its own
signatures   which family has outputs of these sizes
guess        the card: every field with a reason and how sure it is, and the questions that remain
attempt      the card on a picture, and what else would be plausible
write        the card with the model beside it

Every file is hostile until parsed: sizes are bounded, nothing is unpickled, nothing is evaluated.
"""

from camloom.toolchain.importing.describe import describe_file
from camloom.toolchain.importing.description import ModelDescription, TensorInfo
from camloom.toolchain.importing.guess import Answers, FieldGuess, Guess, guess_card
from camloom.toolchain.importing.recognise import recognise

__all__ = [
    "Answers",
    "FieldGuess",
    "Guess",
    "ModelDescription",
    "TensorInfo",
    "describe_file",
    "guess_card",
    "recognise",
]
