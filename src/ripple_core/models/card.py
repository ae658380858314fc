"""The model card: what a checkpoint is, how it was trained, how it scored, and what it is not for."""

from __future__ import annotations

from ripple_core.models.checkpoint import Stored

DECIDING = "per-gene Pearson"


def model_card(title: str, stored: Stored) -> str:
    """The card as Markdown, from what the checkpoint records."""
    record = stored.record
    lines = [
        f"# {title}",
        "",
        f"{len(stored.space.genes)} genes; trained on {', '.join(record.get('sections', ['?']))}.",
        f"Held out: {', '.join(record.get('held_out', ['?']))}.",
        *start_lines(record),
        f"{record.get('steps', '?')} steps in {record.get('seconds', '?')} s, {record.get('parameters', '?')} parameters.",
        "",
        *score_lines(record),
        "",
        verdict(record),
        "",
        *signal_lines(record),
        "Expression is library-size normalised to the training median and log1p-transformed. What the model gives is an association",
        "learned from unperturbed tissue, not a measured effect; every value it generates is simulated.",
        "",
    ]
    return "\n".join(lines)


def start_lines(record: dict) -> list[str]:
    """What the model was fine-tuned from; nothing for one that was trained anew."""
    start = record.get("started_from")
    return (
        [f"Fine-tuned from a {start['model']} trained on {', '.join(start.get('sections', ['?']))}."] if start else []
    )


def score_lines(record: dict) -> list[str]:
    """The held-out scores beside the baselines, as a Markdown table; a line that says so when there are none."""
    scores = record.get("scores")
    if not scores:
        return ["No held-out score: the model was trained without a held-out section."]
    columns = list(next(iter(scores.values())))
    rows = [f"| {name} | " + " | ".join(f"{values[c]:.3f}" for c in columns) + " |" for name, values in scores.items()]
    return [
        "Held-out cells, generated from the rest:",
        "",
        "| | " + " | ".join(columns) + " |",
        "|---" * (len(columns) + 1) + "|",
        *rows,
    ]


def signal_lines(record: dict) -> list[str]:
    """Which genes of neighbours are heard, and which answer, for each signal that was found; nothing where none was sought."""
    signals = record.get("signals")
    if not signals:
        return []
    return [
        "Signals between neighbours that cells of one identity answer, the strongest first. They are found by association: a gene that is",
        "read from and answers itself may only tell that neighbours live alike.",
        "",
        "| read from | answered by |",
        "|---|---|",
        *(f"| {', '.join(signal['read from'])} | {', '.join(signal['answered by'])} |" for signal in signals),
        "",
    ]


def verdict(record: dict) -> str:
    """One sentence: is the model ahead of the best plain rule on held-out cells, by per-gene correlation?"""
    scores = record.get("scores")
    if not scores:
        return "This model has no held-out score: nothing says whether it is better than plain rules."
    (own, mine), *rules = ((name, values[DECIDING]) for name, values in scores.items())
    best, theirs = max(rules, key=lambda rule: rule[1])
    numbers = (
        f"{DECIDING} {mine:.3f} against {theirs:.3f}, held-out cells of {', '.join(record.get('held_out', ['?']))}"
    )
    if mine > theirs:
        return f"{own} is ahead of the best plain rule, {best} ({numbers})."
    return f"{own} is behind a plain rule, {best} ({numbers}): what it simulates should not be relied on."
