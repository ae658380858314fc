"""The panels: Qt only here; each sets the Session or starts an action, and listens."""
