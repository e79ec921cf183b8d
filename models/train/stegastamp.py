"""The encoder and the decoder of hidden messages, after StegaStamp (Tancik et al., 2020).

The encoder is a U-Net that draws the image anew with 100 bits in it; the decoder reads the bits.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

BITS = 100


def conv(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    """A 3x3 convolution with padding 1."""
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1)


class Encoder(nn.Module):
    """Image and bits to the image that carries them. Attribute names fix the state_dict names."""

    def __init__(self) -> None:
        super().__init__()
        self.secret_dense = nn.Linear(BITS, 3 * 16 * 16)
        self.conv1 = conv(6, 32)
        self.conv2 = conv(32, 32, 2)
        self.conv3 = conv(32, 64, 2)
        self.conv4 = conv(64, 128, 2)
        self.conv5 = conv(128, 256, 2)
        self.up6 = nn.Conv2d(256, 128, 2)
        self.conv6 = conv(256, 128)
        self.up7 = nn.Conv2d(128, 64, 2)
        self.conv7 = conv(128, 64)
        self.up8 = nn.Conv2d(64, 32, 2)
        self.conv8 = conv(64, 32)
        self.up9 = nn.Conv2d(32, 32, 2)
        self.conv9 = conv(70, 32)
        self.conv10 = conv(32, 32)
        self.output = nn.Conv2d(32, 3, 1)

    def forward(self, image: Tensor, bits: Tensor) -> Tensor:
        """Images [N, 3, 32, 32] in [0, 1], bits [N, 100] of 0 and 1 -> images in (0, 1)."""
        message = F.relu(self.secret_dense(bits)).view(-1, 3, 16, 16)
        both = torch.cat((F.interpolate(message, scale_factor=2), image), 1)
        at32 = F.relu(self.conv1(both))
        at16 = F.relu(self.conv2(at32))
        at8 = F.relu(self.conv3(at16))
        at4 = F.relu(self.conv4(at8))
        at2 = F.relu(self.conv5(at4))
        at4 = F.relu(self.conv6(torch.cat((at4, enlarged(self.up6, at2)), 1)))
        at8 = F.relu(self.conv7(torch.cat((at8, enlarged(self.up7, at4)), 1)))
        at16 = F.relu(self.conv8(torch.cat((at16, enlarged(self.up8, at8)), 1)))
        at32 = F.relu(self.conv9(torch.cat((at32, enlarged(self.up9, at16), both), 1)))
        return torch.sigmoid(self.output(F.relu(self.conv10(at32))))


def enlarged(layer: nn.Conv2d, x: Tensor) -> Tensor:
    """Twice the size, zeros to the right and below, a 2x2 convolution, ReLU."""
    return F.relu(layer(F.pad(F.interpolate(x, scale_factor=2), (0, 1, 0, 1))))


class Decoder(nn.Module):
    """Images to one logit per bit."""

    def __init__(self) -> None:
        super().__init__()
        shapes = ((3, 32, 2), (32, 32, 1), (32, 64, 2), (64, 64, 1), (64, 64, 2), (64, 128, 2))
        self.convs = nn.ModuleList(conv(*shape) for shape in (*shapes, (128, 128, 2)))
        self.hidden = nn.Linear(128, 512)
        self.bits = nn.Linear(512, BITS)

    def forward(self, image: Tensor) -> Tensor:
        """[N, 3, 32, 32] in [0, 1] -> [N, 100]."""
        for layer in self.convs:
            image = F.relu(layer(image))
        return self.bits(F.relu(self.hidden(image.flatten(1))))
