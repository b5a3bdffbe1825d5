"""Images decoded, put on white, resized and written as PNG with Pillow: the same filter and the same size as ours."""

import io
import os
import sys

import harness

try:
    import PIL
    from PIL import Image
except ImportError as error:
    harness.missing(error)


def read_all(folder):
    files = []
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            files.append(file.read())
    return files


def prepare(content, size):
    image = Image.open(io.BytesIO(content))
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB")
    width, height = image.size
    if width <= height:
        target = size, size * height // width
    else:
        target = size * width // height, size
    out = io.BytesIO()
    image.resize(target, Image.Resampling.BICUBIC).save(out, "PNG")
    return out.getvalue()


def case(files, size):
    return lambda: [prepare(content, size) for content in files]


def main():
    jpeg, png = (read_all(os.path.join(sys.argv[1], kind)) for kind in ("jpeg", "png"))
    harness.serve({"jpeg 64": case(jpeg, 64), "jpeg 224": case(jpeg, 224), "png 64": case(png, 64)}, f"Pillow {PIL.__version__}")


main()
