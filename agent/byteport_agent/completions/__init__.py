"""What shells complete this command line with: made by shtab, and not where it is used.

python -m byteport_agent.completions.making     writes the files beside this one
"""

from importlib.resources import files

FILES = {
    "bash": "byteport-agent.bash",
    "zsh": "_byteport-agent",
    "fish": "byteport-agent.fish",
}


def completion_text(shell: str) -> str:
    """Return what a shell reads."""
    return files(__name__).joinpath(FILES[shell]).read_text(encoding="utf-8")
