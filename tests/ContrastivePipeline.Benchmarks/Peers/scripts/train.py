"""A training step of CLIP in PyTorch: batches padded to their longest caption, stock layers, stock AdamW, one thread."""

import functools
import json
import os
import sys

import harness

try:
    import numpy as np
    import torch
    from torch.nn import functional as F
except ImportError as error:
    harness.missing(error)

from model import Clip

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(1, 3, 1, 1)


class Pairs:
    """Draws batches without end, a new order every epoch."""

    def __init__(self, folder):
        with open(os.path.join(folder, "train.json"), encoding="utf-8") as file:
            self.spec = json.load(file)
        side = self.spec["model"]["side"]
        self.images = np.fromfile(os.path.join(folder, "images.bin"), np.uint8).reshape(-1, side, side, 3)
        self.tokens = [torch.tensor(ids) for ids in self.spec["tokens"]]
        self.random = np.random.default_rng(1)

    def batches(self):
        size = self.spec["batch"]
        while True:
            order = self.random.permutation(len(self.tokens))
            for start in range(0, len(order) - size + 1, size):
                rows = order[start:start + size]
                yield self.pixels(rows), self.pad([self.tokens[i] for i in rows])

    def pixels(self, rows):
        shifted = [self.shift(self.images[self.spec["images"][i]]) for i in rows]
        x = torch.from_numpy(np.stack(shifted)).permute(0, 3, 1, 2)
        return (x.float() / 255 - MEAN) / DEVIATION

    def shift(self, image):
        side, most = len(image), self.spec["shift"]
        if most == 0:
            return image
        x, y = self.random.integers(0, 2 * most + 1, 2)
        return np.pad(image, ((most, most), (most, most), (0, 0)), "edge")[y:y + side, x:x + side]

    @staticmethod
    def pad(texts):
        return torch.nn.utils.rnn.pad_sequence(texts, batch_first=True)


def contrast(logits):
    return F.cross_entropy(logits, torch.arange(len(logits)))


class Training:
    def __init__(self, pairs, sentence_weight):
        torch.manual_seed(1)
        self.model = Clip(pairs.spec["model"]).to(memory_format=torch.channels_last)
        decaying = [p for p in self.model.parameters() if p.dim() > 1]
        others = [p for p in self.model.parameters() if p.dim() <= 1]
        self.optimizer = torch.optim.AdamW([{"params": decaying, "weight_decay": 0.1}, {"params": others, "weight_decay": 0}], lr=1e-3)
        self.batches = pairs.batches()
        self.sentence_weight = sentence_weight

    def step(self):
        pixels, ids = next(self.batches)
        self.optimizer.zero_grad(set_to_none=True)
        images = F.normalize(self.model.visual(pixels), dim=-1)
        if self.sentence_weight:
            texts, second = F.normalize(self.model.text(torch.cat([ids, ids])), dim=-1).chunk(2)
        else:
            texts = F.normalize(self.model.text(ids), dim=-1)
        logits = self.model.logit_scale.exp() * images @ texts.t()
        loss = (contrast(logits) + contrast(logits.t())) / 2
        if self.sentence_weight:
            loss = loss + self.sentence_weight * contrast(texts @ second.t() / 0.05)
        loss.backward()
        self.optimizer.step()
        with torch.no_grad():
            self.model.logit_scale.clamp_(0, 4.605170185988092)
        return loss.item()


def fast_blas():
    """The BLAS in use. Debian's reference BLAS takes ten times as long as OpenBLAS: to be quicker than that says nothing."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        libraries = maps.read()
    for library, name in (("openblas", "OpenBLAS"), ("libblis", "BLIS"), ("libmkl", "MKL")):
        if library in libraries:
            return name
    return harness.unfit("PyTorch uses Debian's reference BLAS, ten times slower than OpenBLAS (apt-get install libopenblas0-pthread)")


def text_tower(pairs):
    spec = pairs.spec
    model = Clip(spec["model"])
    texts = pairs.tokens[:spec["batch"]]

    def work():
        model.zero_grad(set_to_none=True)
        model.text(pairs.pad(texts)).square().mean().backward()

    return work


def main():
    blas = fast_blas()
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    pairs = Pairs(sys.argv[1])
    # Made when it is asked for: a large model with its optimiser takes gigabytes.
    training = functools.cache(lambda weight: Training(pairs, weight))
    with_tower = functools.cache(lambda: text_tower(pairs))
    harness.serve(
        {"clip": lambda: training(0).step(), "clip+ls": lambda: training(1).step(), "text": lambda: with_tower()()},
        f"PyTorch {torch.__version__} with {blas}, NumPy {np.__version__}",
        sum(p.numel() for p in training(0).model.parameters()))


main()
