"""CLIP with the modified ResNet and the causal text Transformer (Radford et al. 2021), written as a PyTorch user would."""

import math

import torch
from torch import nn
from torch.nn import functional as F


def convolution(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False)


class Bottleneck(nn.Module):
    def __init__(self, inputs, planes, stride):
        super().__init__()
        outputs = 4 * planes
        same = stride == 1 and inputs == outputs
        self.body = nn.Sequential(
            convolution(inputs, planes, 1), nn.BatchNorm2d(planes), nn.ReLU(inplace=True),
            convolution(planes, planes, 3), nn.BatchNorm2d(planes), nn.ReLU(inplace=True),
            nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
            convolution(planes, outputs, 1), nn.BatchNorm2d(outputs))
        self.shortcut = nn.Identity() if same else nn.Sequential(
            nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
            convolution(inputs, outputs, 1), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return F.relu(self.body(x) + self.shortcut(x), inplace=True)


class AttentionPool(nn.Module):
    def __init__(self, cells, width, heads, outputs):
        super().__init__()
        self.positions = nn.Parameter(torch.randn(cells + 1, width) / math.sqrt(width))
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))
        self.out = nn.Linear(width, outputs)
        self.heads = heads

    def forward(self, x):
        x = x.flatten(2).transpose(1, 2)
        x = torch.cat([x.mean(1, keepdim=True), x], 1) + self.positions
        query, key, value = (self.split(f) for f in (self.query(x[:, :1]), self.key(x), self.value(x)))
        weights = torch.softmax(query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1]), -1)
        return self.out((weights @ value).transpose(1, 2).flatten(1))

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)


class ModifiedResNet(nn.Module):
    def __init__(self, side, layers, width, heads, outputs):
        super().__init__()
        half = width // 2
        self.stem = nn.Sequential(
            convolution(3, half, 3, stride=2), nn.BatchNorm2d(half), nn.ReLU(inplace=True),
            convolution(half, half, 3), nn.BatchNorm2d(half), nn.ReLU(inplace=True),
            convolution(half, width, 3), nn.BatchNorm2d(width), nn.ReLU(inplace=True), nn.AvgPool2d(2))
        blocks, inputs = [], width
        for stage, count in enumerate(layers):
            planes = width * 2 ** stage
            for block in range(count):
                blocks.append(Bottleneck(inputs, planes, 2 if stage > 0 and block == 0 else 1))
                inputs = 4 * planes
        self.stages = nn.Sequential(*blocks)
        self.pool = AttentionPool((side // 32) ** 2, 32 * width, heads, outputs)

    def forward(self, x):
        return self.pool(self.stages(self.stem(x)))


class QuickGelu(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self, width, heads, dropout):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.feed = nn.Sequential(nn.Linear(width, 4 * width), QuickGelu(), nn.Linear(4 * width, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask):
        y = self.norm1(x)
        x = x + self.dropout(self.attention(y, y, y, need_weights=False, attn_mask=mask)[0])
        return x + self.dropout(self.feed(self.norm2(x)))


class TextTransformer(nn.Module):
    def __init__(self, vocabulary, context, width, heads, layers, dropout, outputs):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(0.01 * torch.randn(context, width))
        self.blocks = nn.ModuleList(Block(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.projection = nn.Parameter(torch.randn(width, outputs) / math.sqrt(width))
        self.dropout = nn.Dropout(dropout)
        self.register_buffer("mask", torch.full((context, context), float("-inf")).triu(1), persistent=False)

    def forward(self, ids):
        length = ids.shape[1]
        x = self.dropout(self.tokens(ids) + self.positions[:length])
        for block in self.blocks:
            x = block(x, self.mask[:length, :length])
        ends = x[torch.arange(len(ids)), ids.argmax(-1)]
        return self.norm(ends) @ self.projection


class Clip(nn.Module):
    def __init__(self, spec):
        super().__init__()
        outputs = spec["embedding"]
        self.visual = ModifiedResNet(spec["side"], spec["layers"], spec["width"], spec["heads"], outputs)
        self.text = TextTransformer(
            spec["vocabulary"], spec["context"], spec["text_width"], spec["text_heads"], spec["text_layers"], dropout=0.1, outputs=outputs)
        self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
