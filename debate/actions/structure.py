"""The acts on how statements hang together, in one place for who carries them out."""

from debate.actions.appeals import appeal, overturn, uphold
from debate.actions.linking import link, merge, unlink
from debate.actions.locking import lock
from debate.actions.moving import move
from debate.actions.retyping import retype
from debate.actions.splitting import split
from debate.actions.undoing import undo, unlock

__all__ = [
    "appeal",
    "link",
    "lock",
    "merge",
    "move",
    "overturn",
    "retype",
    "split",
    "undo",
    "unlink",
    "unlock",
    "uphold",
]
