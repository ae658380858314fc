"""Pictures of a viewer's window with the windows in front of it, small enough for a repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from qtpy.QtCore import QPoint
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import QApplication, QDialog

COLORS = 256


def write_png(viewer: Any, path: Path) -> None:
    """Write what the window shows as a PNG of few colours, which is a third as large and looks the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    few = window_picture(viewer).quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def window_picture(viewer: Any) -> Image.Image:
    """The viewer's window, and in its middle a dialog of ours where one is open."""
    picture = Image.fromarray(np.asarray(viewer.screenshot(canvas_only=False, flash=False))[..., :3].copy())
    for dialog in [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]:
        front = _image(dialog.grab())
        place = QPoint((picture.width - front.width) // 2, (picture.height - front.height) // 2)
        picture.paste(front, (place.x(), place.y()))
    return picture


def _image(pixels: QPixmap) -> Image.Image:
    """Qt's picture as Pillow's."""
    shown = pixels.toImage().convertToFormat(pixels.toImage().Format.Format_RGB888)
    size = (shown.width(), shown.height())
    return Image.frombuffer(
        "RGB", size, shown.constBits().asstring(shown.sizeInBytes()), "raw", "RGB", shown.bytesPerLine()
    )
