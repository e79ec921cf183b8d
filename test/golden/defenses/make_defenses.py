"""Golden values of the defenses on the small networks of ../networks, made with PyTorch.

Run with `python3 test/golden/defenses/make_defenses.py`; PyTorch is needed, nothing else. Writes one
file per family beside itself: Lipschitz bounds, pooled features, one step of ANP, the gradient of
RNP's mask, the loss and a gradient of NAD (teacher: the fine-tuned weights of ../networks), and two
steps of Neural Cleanse's trigger. All in float32. A ReLU or a max pool at a tie is decided by rounding
alone, so seeds of batches, masks, noises and triggers are tried until
float64 gives the same, also from pixels that differ in the last digits.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "networks"))
import make_networks as networks  # noqa: E402
from make_networks import safetensors  # noqa: E402

BATCH, TARGET, COST, EPS, ALPHA = 6, 1, 1e-3, 0.4, 0.2
BETAS = (500.0, 1000.0)
EVERY = 5
"""Triggers and their gradients are stored at every fifth row and column."""


def load(net: nn.Module, values: dict[str, np.ndarray], prefix: str) -> None:
    state = {n[len(prefix) :]: torch.from_numpy(v.copy()) for n, v in values.items() if n.startswith(prefix)}
    missing = net.load_state_dict(state, strict=False)
    assert not missing.unexpected_keys
    assert all(n.endswith("num_batches_tracked") for n in missing.missing_keys)


def norms(net: nn.Module) -> list[tuple[str, nn.BatchNorm2d]]:
    """In execution order, which a hook sees."""
    seen: list[tuple[str, nn.BatchNorm2d]] = []
    names = {m: n for n, m in net.named_modules() if isinstance(m, nn.BatchNorm2d)}
    handles = [m.register_forward_hook(lambda m, _i, _o: seen.append((names[m], m))) for m in names]
    net.eval()
    parameter = next(net.parameters())
    with torch.no_grad():
        net(torch.zeros(1, 3, 32, 32, dtype=parameter.dtype))
    for handle in handles:
        handle.remove()
    return seen


def producers(net: nn.Module) -> dict[str, str]:
    """The convolution before each batch norm, along the main branch: the last `conv` to have run."""
    pairs: dict[str, str] = {}
    last = ""
    handles = []

    def note(name: str) -> Callable[..., None]:
        def hook(*_: object) -> None:
            nonlocal last
            last = name

        return hook

    def pair(name: str) -> Callable[..., None]:
        def hook(*_: object) -> None:
            pairs[name] = last

        return hook

    plain = isinstance(net, networks.ResNet) and hasattr(net, "bn1")
    for name, module in net.named_modules():
        side = "hortcut" in name
        if isinstance(module, nn.Conv2d) and (plain or not side):
            handles.append(module.register_forward_hook(note(name)))
        elif isinstance(module, nn.BatchNorm2d):
            handles.append(module.register_forward_hook(pair(name)))
    with torch.no_grad():
        net(torch.zeros(1, 3, 32, 32, dtype=next(net.parameters()).dtype))
    for handle in handles:
        handle.remove()
    return pairs


def lipschitz(net: nn.Module) -> dict[str, np.ndarray]:
    modules = dict(net.named_modules())
    out = {}
    for norm, conv in producers(net.eval()).items():
        weight = modules[conv].weight.detach().double()
        scale = (modules[norm].weight / modules[norm].running_var.sqrt()).detach().double().abs()
        values = [torch.linalg.svdvals(w.reshape(w.shape[0], -1)).max() for w in weight]
        out[f"clp.{norm}"] = (torch.stack(values) * scale).numpy()
    return out


def pooled(net: nn.Module, x: Tensor) -> Tensor:
    linear = next(m for m in net.modules() if isinstance(m, nn.Linear))
    seen: list[Tensor] = []
    handle = linear.register_forward_hook(lambda _m, i, _o: seen.append(i[0]))
    net.eval()
    with torch.no_grad():
        net(networks.normalised(x))
    handle.remove()
    return seen[0]


class Weighed:
    """Train mode with batch statistics, gamma*w and beta*b, by replacing every batch norm's forward."""

    def __init__(self, net: nn.Module) -> None:
        self.net, self.norms = net, norms(net)
        self.sizes = [m.num_features for _, m in self.norms]

    def loss(self, x: Tensor, y: Tensor, w: Tensor, b: Tensor) -> Tensor:
        parts = zip(self.norms, w.split(self.sizes), b.split(self.sizes), strict=True)
        for (_, norm), wi, bi in parts:
            norm.forward = lambda u, norm=norm, wi=wi, bi=bi: F.batch_norm(
                u, None, None, norm.weight * wi, norm.bias * bi, True
            )
        loss = F.cross_entropy(self.net(networks.normalised(x)), y)
        for _, norm in self.norms:
            del norm.forward
        return loss


def anp(net: nn.Module, x: Tensor, y: Tensor, seed: int) -> dict[str, Tensor]:
    weighed = Weighed(net)
    draw = torch.Generator().manual_seed(seed)
    kind = x.dtype
    n = sum(weighed.sizes)
    mask = (0.5 + 0.5 * torch.rand(n, generator=draw)).to(kind).requires_grad_()
    noise = [(EPS * (2 * torch.rand(n, generator=draw) - 1)).to(kind) for _ in range(2)]
    one = torch.ones(n, dtype=kind)
    start = [v.clone().requires_grad_() for v in noise]
    before = weighed.loss(x, y, mask.detach() + start[0], one + start[1])
    slopes = torch.autograd.grad(before, start)
    after = [v + EPS * g.sign() for v, g in zip(noise, slopes, strict=True)]
    clean = weighed.loss(x, y, mask, one)
    noisy = weighed.loss(x, y, mask + after[0], one + after[1])
    (recovery,) = torch.autograd.grad(ALPHA * clean, mask, retain_graph=True)
    (gradient,) = torch.autograd.grad(ALPHA * clean + (1 - ALPHA) * noisy, mask)
    return {
        **{"anp.mask": mask.detach(), "anp.noise_w": noise[0], "anp.noise_b": noise[1]},
        **{"anp.slope_w": slopes[0], "anp.slope_b": slopes[1], "anp.gradient": gradient},
        "anp.losses": torch.stack([before, clean, noisy]).detach(),
        "rnp.gradient": recovery,
    }


def places(net: nn.Module) -> list[nn.Module]:
    """Modules whose outputs the attention is of."""
    if isinstance(net, networks.WideResNet):
        return [net.block2, net.block3]
    if isinstance(net, networks.VggBn):
        pools = [i for i, m in enumerate(net.features) if isinstance(m, nn.MaxPool2d)]
        return [net.features[i - 1] for i in pools[-2:]]
    return [net.layer1, net.layer2]


def attention(value: Tensor) -> Tensor:
    energy = value.square().sum(1).flatten(1)
    return energy / (energy.norm(dim=1, keepdim=True) + 1e-6)


def nad(student: nn.Module, teacher: nn.Module, x: Tensor, y: Tensor) -> dict[str, Tensor]:
    maps: dict[str, list[Tensor]] = {}
    logits = {}
    for who, net in (("student", student.train()), ("teacher", teacher.eval())):
        maps[who] = []
        hooks = [
            m.register_forward_hook(lambda _m, _i, out, who=who: maps[who].append(attention(out)))
            for m in places(net)
        ]
        logits[who] = net(networks.normalised(x))
        for hook in hooks:
            hook.remove()
    pairs = zip(maps["student"], maps["teacher"], strict=True)
    terms = torch.stack([F.mse_loss(s, t.detach()) for s, t in pairs])
    entropy = F.cross_entropy(logits["student"], y)
    loss = entropy + (terms * torch.tensor(BETAS, dtype=x.dtype)).sum()
    first = next(m for m in student.modules() if isinstance(m, nn.Conv2d))
    (gradient,) = torch.autograd.grad(loss, first.weight)
    return {"nad.losses": torch.stack([entropy, *terms]).detach(), "nad.gradient": gradient}


def nc(net: nn.Module, x: Tensor, seed: int) -> dict[str, Tensor]:
    draw = torch.Generator().manual_seed(seed)
    start = [torch.randn(n, 32, 32, generator=draw).to(x.dtype) for n in (1, 3)]
    mask, pattern = (v.clone().requires_grad_() for v in start)
    optimizer = torch.optim.Adam([mask, pattern], lr=0.1, betas=(0.5, 0.9))
    net.eval()
    losses, out = [], {"nc.mask": start[0], "nc.pattern": start[1]}
    for step in range(2):
        m, p = (v.tanh() / (2 + 1e-7) + 0.5 for v in (mask, pattern))
        logits = net(networks.normalised((1 - m) * x + m * p))
        entropy = F.cross_entropy(logits, torch.full((len(x),), TARGET))
        losses += [entropy.detach(), m.abs().sum().detach()]
        optimizer.zero_grad()
        (entropy + COST * m.abs().sum()).backward()
        if step == 0:
            out |= {"nc.gradient_mask": mask.grad.clone(), "nc.gradient_pattern": pattern.grad.clone()}
        optimizer.step()
    out |= {"nc.after_mask": mask.detach(), "nc.after_pattern": pattern.detach()}
    sparse = {n: v[:, ::EVERY, ::EVERY] if n not in ("nc.mask", "nc.pattern") else v for n, v in out.items()}
    return {**sparse, "nc.losses": torch.stack(losses)}


def golden(name: str, kind: torch.dtype, seed: int, moved: float = 0) -> dict[str, np.ndarray]:
    """Everything stored; `moved`: with pixels that differ by up to this share."""
    source = HERE.parent / "networks"
    stored = safetensors.read(source / f"{name}.safetensors")
    images = safetensors.read(source / "input.safetensors")
    batch = np.array([(seed - 1 + i) % len(images["labels"]) for i in range(BATCH)], dtype=np.int64)
    x = (torch.from_numpy(images["images"][batch]).permute(0, 3, 1, 2).float() / 255).to(kind)
    y = torch.from_numpy(images["labels"][batch])
    x = x * (1 + moved * (2 * torch.rand(x.shape, generator=torch.Generator().manual_seed(seed)) - 1)).to(kind)

    def build(prefix: str) -> nn.Module:
        net = networks.NETWORKS[name]()
        load(net, stored, prefix)
        return net.to(kind)

    out: dict[str, Tensor] = {"fp.pooled": pooled(build("state."), x)}
    out |= anp(build("state."), x, y, seed)
    out |= nad(build("state."), build("final."), x, y)
    out |= nc(build("state."), x, seed)
    values = {n: np.ascontiguousarray(t.detach().float().numpy()) for n, t in out.items()}
    bounds = {n: v.astype(np.float32) for n, v in lipschitz(build("state.")).items()}
    return {"batch": batch, **bounds, **values}


def agrees(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    return all(np.abs(v - b[n]).max() <= 5e-5 * max(1e-3, np.abs(v).max()) for n, v in a.items())


def main() -> None:
    torch.set_num_threads(1)
    for name in networks.NETWORKS:
        for seed in range(1, 200):
            values = golden(name, torch.float32, seed)
            others = (golden(name, torch.float64, seed, moved) for moved in (0, 5e-7, 1e-6, 2e-6, -2e-6))
            if all(agrees(values, other) for other in others):
                break
        else:
            raise SystemExit(f"{name}: rounding decides for every seed")
        safetensors.write(HERE / f"{name}.safetensors", values)
        print(name, seed, values["anp.losses"], values["nad.losses"], values["nc.losses"])


if __name__ == "__main__":
    main()
