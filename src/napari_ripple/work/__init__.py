"""How an action runs beside a window that goes on answering."""
