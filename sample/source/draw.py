#!/usr/bin/python3
"""Draws the sample newsroom's pictures: plain scenes in layers of colour, no person in any of them.

    draw.py OUT_DIR [NAME…]

Each scene is a function that returns SVG for a 1440 x 900 canvas. Chromium renders it, Pillow writes
the renditions (WebP and JPEG at each width) without any metadata. The random generator is seeded
with the scene's name, so a picture comes out the same each time.
"""
import math
import pathlib
import random
import subprocess
import sys
import tempfile

from PIL import Image

WIDTH, HEIGHT = 1440, 900
WIDTHS = (480, 960, 1440)


def sky(top, middle, bottom, name="sky"):
    return (f'<defs><linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{top}"/>'
            f'<stop offset=".55" stop-color="{middle}"/><stop offset="1" stop-color="{bottom}"/></linearGradient></defs>'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#{name})"/>')


def ridge(rng, base, height, colour, steps=24, opacity=1):
    points = [(0, HEIGHT)]
    for i in range(steps + 1):
        x = WIDTH * i / steps
        y = base - height * (0.5 + 0.5 * math.sin(i * 0.9 + rng.random() * 1.4)) * (0.6 + 0.4 * rng.random())
        points.append((x, y))
    points.append((WIDTH, HEIGHT))
    path = f"M0 {HEIGHT} L0 {points[1][1]:.0f} "
    for (x0, y0), (x1, y1) in zip(points[1:-2], points[2:-1]):
        mid = (x0 + x1) / 2
        path += f"C{mid:.0f} {y0:.0f} {mid:.0f} {y1:.0f} {x1:.0f} {y1:.0f} "
    return f'<path d="{path} L{WIDTH} {HEIGHT}Z" fill="{colour}" opacity="{opacity}"/>'


def glow(x, y, radius, colour, name, strength=.9):
    return (f'<defs><radialGradient id="{name}"><stop offset="0" stop-color="{colour}" stop-opacity="{strength}"/>'
            f'<stop offset=".35" stop-color="{colour}" stop-opacity="{strength * .35}"/>'
            f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient></defs>'
            f'<circle cx="{x}" cy="{y}" r="{radius}" fill="url(#{name})"/>')


def rect(x, y, w, h, colour, extra=""):
    return f'<rect x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}" fill="{colour}" {extra}/>'


def water(rng, top, light, dark, streaks=70):
    out = rect(0, top, WIDTH, HEIGHT - top, dark)
    for _ in range(streaks):
        y = top + (HEIGHT - top) * rng.random() ** 1.4
        w = 40 + 260 * rng.random() * (y - top + 60) / (HEIGHT - top)
        out += rect(rng.random() * WIDTH - 60, y, w, 2 + 4 * (y - top) / (HEIGHT - top), light,
                    f'rx="2" opacity="{0.08 + .3 * rng.random():.2f}"')
    return out


def harbour(rng):
    out = sky("#24405e", "#d98f6a", "#f6d6a0") + glow(1010, 470, 420, "#ffe9b8", "sun") + ridge(rng, 520, 70, "#6d6a83", 18, .8)
    colours = ["#e9d8bd", "#c9745a", "#dfe6e3", "#a9b7a4", "#e3b673", "#8c5a57", "#f1eadb"]
    x = 60
    while x < 900:
        w, h = 60 + rng.random() * 40, 110 + rng.random() * 110
        colour = rng.choice(colours)
        out += rect(x, 560 - h, w, h + 20, colour) + f'<path d="M{x - 4} {560 - h} l{w / 2 + 4} -34 l{w / 2 + 4} 34z" fill="#7a3f38"/>'
        for row in range(int(h // 48)):
            for col in range(2):
                lit = rng.random() < .35
                out += rect(x + 12 + col * (w / 2 - 4), 575 - h + row * 46, 14, 24, "#ffd98a" if lit else "#3c4a5a")
        x += w + 2
    out += rect(0, 575, 960, 26, "#4a4348") + water(rng, 600, "#f8dcae", "#34506b")
    for bx, by, s in ((1060, 640, 1.1), (1250, 700, 1.5), (300, 720, 1.6)):
        out += (f'<path d="M{bx} {by} h{120 * s} l{-18 * s} {30 * s} h{-80 * s}z" fill="#22303f"/>'
                f'<path d="M{bx + 55 * s} {by} v{-100 * s} l{46 * s} {84 * s}z" fill="#f2e6cf" opacity=".9"/>')
    return out


def lake(rng):
    out = sky("#f2c58d", "#f7e3bd", "#d9e4d8") + glow(420, 330, 360, "#fff3cf", "sun") + ridge(rng, 470, 60, "#9db3a5", 16) + ridge(rng, 500, 35, "#7d9a8d", 20)
    out += water(rng, 490, "#fff6dd", "#8fb3ad", 110)
    for bx, by, s in ((820, 560, 1), (980, 600, 1.3)):
        out += f'<path d="M{bx} {by} q{70 * s} {26 * s} {140 * s} 0 l{-16 * s} {20 * s} h{-106 * s}z" fill="#3b3a35"/>'
        out += f'<path d="M{bx + 40 * s} {by + 8} v{-70 * s}" stroke="#3b3a35" stroke-width="3"/>'
    for _ in range(130):
        x, h = rng.random() * WIDTH, 120 + rng.random() * 240
        lean = rng.random() * 40 - 20
        shade = rng.choice(["#4c6449", "#5d7752", "#39503f", "#7c8f58"])
        out += f'<path d="M{x:.0f} 900 q{lean / 3:.0f} {-h / 2:.0f} {lean:.0f} {-h:.0f}" stroke="{shade}" stroke-width="{3 + rng.random() * 4:.1f}" fill="none"/>'
        if rng.random() < .4:
            out += f'<ellipse cx="{x + lean:.0f}" cy="{900 - h:.0f}" rx="6" ry="26" fill="#6b4a33"/>'
    return out


def phone(rng):
    out = sky("#101a2c", "#16273f", "#1d3a52")
    for i in range(14, 0, -1):
        out += f'<ellipse cx="720" cy="450" rx="{i * 72}" ry="{i * 46}" fill="none" stroke="#5fb3b3" stroke-width="2" opacity="{.07 + .035 * (14 - i):.2f}"/>'
    out += '<path d="M330 450 Q720 160 1110 450 Q720 740 330 450Z" fill="#0b1220" stroke="#5fb3b3" stroke-width="3"/>'
    out += glow(720, 450, 260, "#7fe0d0", "eye", .5) + '<rect x="636" y="290" width="168" height="320" rx="26" fill="#0a0f18" stroke="#9fd8d2" stroke-width="5"/>'
    for i in range(9):
        w = 40 + rng.random() * 80
        out += rect(660, 330 + i * 27, w, 9, "#5fb3b3", f'rx="4" opacity="{.4 + .6 * rng.random():.2f}"')
    return out + '<circle cx="720" cy="582" r="10" fill="#9fd8d2"/>'


def courthouse(rng):
    out = sky("#b9cbd6", "#dbe3e4", "#efe9dc")
    out += '<path d="M300 330 L720 150 L1140 330Z" fill="#cfc4ae"/><path d="M380 312 L720 176 L1060 312Z" fill="#bdb098"/>' + rect(290, 330, 860, 44, "#d8cfbb")
    for i in range(6):
        x = 330 + i * 148
        out += rect(x, 374, 64, 330, "#e6decd") + rect(x + 40, 374, 24, 330, "#c7bca4") + rect(x - 10, 374, 84, 18, "#d8cfbb") + rect(x - 10, 690, 84, 18, "#d8cfbb")
    out += rect(666, 470, 108, 238, "#4d4a45") + rect(718, 470, 4, 238, "#2f2d2a")
    for i in range(6):
        out += rect(250 - i * 50, 708 + i * 32, 940 + i * 100, 32, ["#d9d0bd", "#cdc3ad"][i % 2])
    return out + '<path d="M0 900 V620 Q160 690 250 900Z" fill="#7c8c7a"/><path d="M1440 900 V600 Q1280 690 1190 900Z" fill="#6d7f6e"/>'


def door(rng):
    out = sky("#2a2a35", "#34323d", "#3d3841") + rect(0, 760, WIDTH, 140, "#2b2730")
    out += '<path d="M700 800 L980 800 L1240 900 L420 900Z" fill="#f4d58d" opacity=".75"/>' + glow(840, 520, 430, "#ffe2a0", "light", .7)
    out += rect(690, 200, 300, 602, "#fbe7b5") + '<path d="M690 200 L560 150 V850 L690 802Z" fill="#7b4b3a"/><path d="M672 226 L586 196 V440 L672 452Z" fill="#8d5946"/><path d="M672 490 L586 484 V770 L672 752Z" fill="#8d5946"/>'
    out += '<circle cx="664" cy="510" r="9" fill="#e2b65a"/>' + rect(672, 182, 336, 20, "#57434a") + rect(990, 182, 20, 620, "#57434a")
    for i in range(60):
        out += rect(rng.random() * 540, rng.random() * 740, 60, 22, "#3a3742", 'opacity=".5"') + rect(1030 + rng.random() * 400, rng.random() * 740, 60, 22, "#45414c", 'opacity=".45"')
    return out


def lamp(rng):
    out = sky("#0e1526", "#1d2740", "#39405c")
    for _ in range(90):
        out += f'<circle cx="{rng.random() * WIDTH:.0f}" cy="{rng.random() * 520:.0f}" r="{.8 + 1.6 * rng.random():.1f}" fill="#dfe6ff" opacity="{.3 + .6 * rng.random():.2f}"/>'
    out += ridge(rng, 700, 90, "#1a2134", 14)
    for i, (x, s) in enumerate(((1180, .45), (960, .62), (690, .85), (330, 1.25))):
        top = 700 - 420 * s
        out += glow(x + 40 * s, top + 26 * s, 260 * s, "#ffd98a", f"lamp{i}")
        out += rect(x - 5 * s, top, 10 * s, 900, "#0a0e18") + f'<path d="M{x} {top} q{10 * s} {-26 * s} {40 * s} {-14 * s} l{18 * s} {30 * s} h{-36 * s}z" fill="#0a0e18"/>'
        out += f'<ellipse cx="{x + 40 * s}" cy="{top + 18 * s}" rx="{16 * s}" ry="{8 * s}" fill="#fff1c9"/>'
    return out + '<path d="M0 900 Q500 760 1440 735 V900Z" fill="#141a29"/>'


def letters(rng):
    out = sky("#6b4f3a", "#7d5d44", "#5b4231")
    for i in range(46):
        x, y, a = rng.random() * 1300 - 20, rng.random() * 820 - 20, rng.random() * 50 - 25
        paper = rng.choice(["#f3ead6", "#e9dcc0", "#fbf6ea", "#e5e1d2", "#d9c9a8"])
        stamp = rng.choice(["#b6423a", "#2f6f73", "#3b4d7a", "#c58f33"])
        out += (f'<g transform="translate({x:.0f} {y:.0f}) rotate({a:.0f})"><rect x="5" y="7" width="250" height="160" fill="#000" opacity=".22"/>'
                f'<rect width="250" height="160" fill="{paper}"/><path d="M0 0 L125 88 L250 0" fill="none" stroke="#b9a888" stroke-width="2"/>'
                f'<rect x="206" y="14" width="30" height="36" fill="{stamp}"/><path d="M60 112 h110 M60 128 h80" stroke="#6a6253" stroke-width="4"/></g>')
    return out


def hospital(rng):
    out = sky("#2c3f4f", "#3b5365", "#45606f") + rect(0, 700, WIDTH, 200, "#31434f")
    out += rect(140, 130, 460, 420, "#dfeaec") + rect(160, 150, 200, 380, "#8fb0c4") + rect(380, 150, 200, 380, "#7ea2b9") + glow(300, 300, 240, "#eef7ff", "moon", .8)
    out += rect(700, 560, 640, 70, "#e8eeee", 'rx="14"') + rect(1170, 490, 150, 80, "#ffffff", 'rx="24"') + rect(700, 600, 500, 80, "#a9c6cf", 'rx="12"')
    out += rect(1330, 400, 16, 380, "#c6d3d6") + rect(690, 520, 16, 260, "#c6d3d6") + rect(720, 680, 10, 100, "#93a7ae") + rect(1290, 680, 10, 100, "#93a7ae")
    out += '<path d="M980 160 v330 M980 160 h60" stroke="#c6d3d6" stroke-width="8" fill="none"/><rect x="1018" y="170" width="50" height="90" rx="12" fill="#d8eef2"/><path d="M1043 260 q-10 180 -60 320" stroke="#d8eef2" stroke-width="3" fill="none"/>'
    return out


def boats(rng):
    out = sky("#5d7c95", "#a9bfca", "#e3e2d5") + ridge(rng, 470, 140, "#71889a", 12) + ridge(rng, 500, 90, "#5a7080", 15) + water(rng, 500, "#eef3f0", "#486477", 90)
    out += '<path d="M300 560 H1100 L1040 690 H380Z" fill="#a03b32"/><path d="M300 560 H1100 L1090 586 H312Z" fill="#f0ece2"/>' + rect(440, 430, 190, 132, "#f0ece2") + rect(470, 380, 120, 52, "#d5d1c4")
    for i in range(4):
        out += rect(456 + i * 44, 456, 28, 30, "#39505f")
    out += rect(820, 300, 12, 262, "#33424d") + '<path d="M826 306 L1060 556 M826 306 L640 430" stroke="#33424d" stroke-width="4"/>' + rect(960, 500, 60, 62, "#c98a3a")
    for i in range(7):
        gx, gy = 200 + rng.random() * 1000, 120 + rng.random() * 220
        out += f'<path d="M{gx:.0f} {gy:.0f} q14 -14 24 0 q12 -14 26 0" stroke="#f7f7f2" stroke-width="4" fill="none"/>'
    return out + water(rng, 690, "#dfe9e8", "#3d5868", 40)


def school(rng):
    out = sky("#f3d9a2", "#f0cf95", "#e2b777") + rect(0, 650, WIDTH, 250, "#a5744a")
    for i in range(3):
        x = 110 + i * 430
        out += rect(x, 110, 330, 400, "#fff8e1") + rect(x + 14, 124, 144, 372, "#ffe9ad") + rect(x + 172, 124, 144, 372, "#ffe3a0")
        out += f'<path d="M{x + 20} 650 L{x + 310} 650 L{x + 460} 900 L{x + 60} 900Z" fill="#f7d58a" opacity=".5"/>'
    for i in range(5):
        x = 70 + i * 285
        out += rect(x, 640, 200, 22, "#6f4a2e") + rect(x + 16, 662, 12, 150, "#51351f") + rect(x + 172, 662, 12, 150, "#51351f") + rect(x + 60, 620, 90, 20, ["#d7e3e0", "#c65f4a", "#f4efe2"][i % 3])
    return out + '<rect x="690" y="170" width="26" height="280" rx="13" fill="#fff"/><rect x="698" y="250" width="10" height="190" rx="5" fill="#c53a2e"/><circle cx="703" cy="452" r="24" fill="#c53a2e"/>'


def road(rng):
    out = sky("#e7b07a", "#f3d5a4", "#e9c592") + glow(1050, 260, 300, "#fff1cc", "sun") + ridge(rng, 480, 120, "#c99a6b", 12) + ridge(rng, 540, 80, "#b4835a", 16)
    out += rect(0, 560, WIDTH, 340, "#c99c68") + '<path d="M690 560 H750 L1080 900 H360Z" fill="#6b5a4c"/>'
    for i in range(7):
        y = 575 + i * i * 7.4
        out += rect(717 - i * 1.4, y, 6 + i * 2.4, 10 + i * 5, "#efe2c6")
    for i in range(6):
        s = .25 + i * .28
        x, y = 660 - i * i * 22, 570 + i * i * 9
        out += rect(x, y - 240 * s, 9 * s, 250 * s, "#43362c") + rect(x - 40 * s, y - 220 * s, 90 * s, 8 * s, "#43362c")
    for _ in range(16):
        out += f'<ellipse cx="{rng.random() * WIDTH:.0f}" cy="{600 + rng.random() * 40:.0f}" rx="{120 + rng.random() * 160:.0f}" ry="{20 + rng.random() * 26:.0f}" fill="#f2e2c4" opacity=".18"/>'
    return out


def terraces(rng):
    out = sky("#8fa7ae", "#c4d0cb", "#dfe3d4") + ridge(rng, 330, 150, "#8ba095", 10) + ridge(rng, 420, 130, "#738d7c", 12)
    for i in range(9):
        y = 430 + i * 54
        shade = ["#6f9160", "#7fa06a", "#5f8355", "#8aa96f"][i % 4]
        out += f'<path d="M0 {y + 20} Q{360 + 30 * math.sin(i)} {y - 50} 760 {y} T1440 {y - 26} V900 H0Z" fill="{shade}"/>'
        out += f'<path d="M0 {y + 20} Q{360 + 30 * math.sin(i)} {y - 50} 760 {y} T1440 {y - 26}" stroke="#dce8d0" stroke-width="4" fill="none" opacity=".6"/>'
    out += '<path d="M880 410 Q980 560 900 700 T1010 900 H1180 Q1070 720 1090 560 T980 400Z" fill="#8a6a4d"/>'
    for x, y in ((300, 500), (390, 520), (250, 560), (470, 545)):
        out += rect(x, y, 62, 40, "#e8e0cf") + f'<path d="M{x - 8} {y} l39 -30 l39 30z" fill="#4b4f58"/>'
    return out


def loom(rng):
    out = sky("#3a2b35", "#4b3640", "#33262e")
    palette = ["#d9a441", "#b6453f", "#e8dcc2", "#3f7a78", "#8b3b55", "#d8774a", "#5a6a8f"]
    for i in range(96):
        x = i * 15.2
        out += f'<path d="M{x:.0f} 0 L{x:.0f} 420 L{x + (7 if i % 2 else -7):.0f} 900" stroke="{palette[(i * 7 + i // 9) % 7]}" stroke-width="5" fill="none"/>'
    for row in range(16):
        y = 470 + row * 27
        for i in range(48):
            if (i + row) % 2:
                out += rect(i * 30.4, y, 32, 25, palette[(row // 2) % 7], 'rx="6"')
    return out + rect(0, 408, WIDTH, 44, "#7a5637", 'rx="8"') + rect(0, 424, WIDTH, 6, "#5e4129") + '<path d="M980 440 q120 -46 240 0 q-120 46 -240 0z" fill="#c99a5f"/>'


def forest(rng):
    out = sky("#5a4a4c", "#b3664a", "#e3a066") + glow(760, 620, 520, "#ffcf7a", "fire", .7) + ridge(rng, 640, 90, "#5b3d38", 12) + rect(0, 760, WIDTH, 140, "#2d2524")
    for i in range(70):
        x, h, w = rng.random() * WIDTH, 240 + rng.random() * 480, 5 + rng.random() * 12
        out += f'<path d="M{x:.0f} 900 L{x + 4:.0f} {860 - h:.0f} L{x + w:.0f} 900Z" fill="#1e1818" opacity="{.6 + .4 * rng.random():.2f}"/>'
    for i in range(26):
        x = rng.random() * WIDTH
        out += f'<path d="M{x:.0f} {840 + rng.random() * 50:.0f} q6 -40 -4 -64 q26 18 22 62z" fill="#6f9a55"/>'
    return out


def river(rng):
    out = sky("#bcd3dc", "#dfe9e3", "#cfd9b9") + ridge(rng, 420, 60, "#9db58f", 18) + rect(0, 440, WIDTH, 460, "#87a36f")
    out += '<path d="M640 440 Q760 560 560 660 T760 900 H1240 Q980 740 900 620 T720 440Z" fill="#7fb0bd"/><path d="M660 440 Q790 560 610 660 T860 900 H960 Q760 760 740 650 T690 440Z" fill="#a5ccd3" opacity=".7"/>'
    for i in range(26):
        x, y = (rng.random() * 520, 470 + rng.random() * 300) if i % 2 else (960 + rng.random() * 420, 480 + rng.random() * 160)
        s = .5 + (y - 440) / 420
        out += rect(x, y, 46 * s, 30 * s, rng.choice(["#d9cbb0", "#c98b6b", "#e8e3d3", "#aab8b4"])) + f'<path d="M{x - 5 * s:.0f} {y:.0f} l{28 * s:.0f} {-18 * s:.0f} l{28 * s:.0f} {18 * s:.0f}z" fill="#7d5a4a"/>'
    return out + '<path d="M0 720 H600" stroke="#5c6b70" stroke-width="18"/><circle cx="604" cy="720" r="16" fill="#3f4c50"/>'


SCENES = {f.__name__: f for f in (harbour, lake, phone, courthouse, door, lamp, letters, hospital, boats, school, road,
                                  terraces, loom, forest, river)}


def render(name, out_dir):
    rng = random.Random(name)
    grain = ('<filter id="grain"><feTurbulence type="fractalNoise" baseFrequency=".8" numOctaves="2" seed="3"/>'
             '<feColorMatrix values="0 0 0 0 .5 0 0 0 0 .5 0 0 0 0 .5 0 0 0 .09 0"/></filter>')
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
           f'{grain}{SCENES[name](rng)}<rect width="{WIDTH}" height="{HEIGHT}" filter="url(#grain)"/></svg>')
    with tempfile.TemporaryDirectory() as work:
        page = pathlib.Path(work, "page.html")
        page.write_text(f'<!doctype html><style>body{{margin:0;overflow:hidden}}</style>{svg}')
        shot = pathlib.Path(work, "shot.png")
        subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                        "--no-first-run", "--hide-scrollbars", f"--user-data-dir={work}/profile",
                        f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={shot}", page.as_uri()],
                       check=True, capture_output=True, timeout=120)
        image = Image.open(shot).convert("RGB").crop((0, 0, WIDTH, HEIGHT))
    for width in WIDTHS:
        small = image.resize((width, HEIGHT * width // WIDTH), Image.LANCZOS)
        small.save(out_dir / f"{name}-{width}.jpg", quality=74, optimize=True, progressive=True)
        small.save(out_dir / f"{name}-{width}.webp", quality=68, method=6)


def main():
    out_dir = pathlib.Path(sys.argv[1])
    out_dir.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or SCENES:
        render(name, out_dir)


if __name__ == "__main__":
    main()
