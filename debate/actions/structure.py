"""The acts on how statements hang together, in one place for who carries them out."""

from debate.actions.linking import link, merge, unlink
from debate.actions.retyping import retype
from debate.actions.splitting import split
from debate.actions.undoing import undo

__all__ = ["link", "merge", "retype", "split", "undo", "unlink"]
