"""Stored images decoded, cut at the centre and handed over as bytes with Pillow."""

import io
import os
import sys

import harness

try:
    import PIL
    from PIL import Image
except ImportError as error:
    harness.missing(error)

SIDE = 224


def read_all(folder):
    files = []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            files.append(file.read())
    return files


def decode(content):
    image = Image.open(io.BytesIO(content)).convert("RGB")
    left, top = (image.width - SIDE) // 2, (image.height - SIDE) // 2
    return image.crop((left, top, left + SIDE, top + SIDE)).tobytes()


def case(files):
    return lambda: [decode(content) for content in files]


def main():
    harness.serve({kind: case(read_all(os.path.join(sys.argv[1], kind))) for kind in ("jpeg", "png")}, f"Pillow {PIL.__version__}")


main()
