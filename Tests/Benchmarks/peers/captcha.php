<?php
// The portal's image of a captcha as PHP draws one: the same letters, arcs, waves and colours of the same numbers, in twice the
// size, but letters turned and strips moved by libgd: a loop of PHP over each point of each letter takes three times as long.
declare(strict_types=1);

const WIDTH = 200;
const HEIGHT = 64;
const SHADES = 16;
const POINTS = 84 * 72 / 96;
const OVERLAP = 6;
const FONTS = [
    'dejavu/DejaVuSans-Bold.ttf', 'dejavu/DejaVuSerif-Bold.ttf', 'dejavu/DejaVuSansMono-Bold.ttf',
    'noto/NotoSans-Bold.ttf', 'noto/NotoSerif-Bold.ttf', 'noto/NotoSansDisplay-Bold.ttf',
];
const INKS = [[0x12, 0x2B, 0x5C], [0x5A, 0x1E, 0x1E], [0x14, 0x45, 0x2F], [0x3D, 0x22, 0x5E], [0x33, 0x33, 0x33]];
const GROUNDS = [[0xF4, 0xF6, 0xFB], [0xFB, 0xF7, 0xEE], [0xF1, 0xF8, 0xF3], [0xF7, 0xF4, 0xFA]];

function drawArcs(GdImage $image, Numbers $numbers): void
{
    for ($i = 0; $i < 3; $i++) {
        $isOpenBelow = ($numbers->next() >> 17 & 1) === 0;
        $x = $numbers->whole(60, 340);
        $y = $isOpenBelow ? $numbers->whole(70, 130) : $numbers->whole(0, 60);
        $width = $numbers->whole(260, 460);
        $height = $numbers->whole(50, 130);
        imagesetthickness($image, $numbers->whole(2, 4));
        [$from, $to] = $isOpenBelow ? [180, 360] : [0, 180];
        imagearc($image, $x, $y, $width, $height, $from, $to, $numbers->whole(0x70, 0xA0));
    }
}

/** How far each of so many rows or columns is moved. */
function wave(int $count, float $shortest, float $longest, float $least, float $most, Numbers $numbers): array
{
    $length = $numbers->real($shortest, $longest);
    $height = $numbers->real($least, $most);
    $phase = $numbers->real(0, 2 * M_PI);
    $moved = [];
    for ($i = 0; $i < $count; $i++) {
        $moved[] = (int) round($height * sin(2 * M_PI * $i / $length + $phase));
    }
    return $moved;
}

function drawLetters(GdImage $image, string $text, Numbers $numbers): void
{
    $paths = array_map(fn(string $name): string => "/usr/share/fonts/truetype/$name", FONTS);
    $fonts = array_values(array_filter($paths, is_readable(...)));
    $letters = [];
    $total = OVERLAP;
    foreach (str_split($text) as $letter) {
        $font = $fonts[$numbers->below(count($fonts))];
        $size = $numbers->real(0.9, 1.1);
        $box = imagettfbbox(POINTS, 0, $font, $letter);
        // The portal's letters stand in a frame of 2.
        $width = ($box[2] - $box[0] + 4) * $size;
        $letters[] = [$letter, $font, $size, $width, ($box[0] + $box[2]) / 2, ($box[1] + $box[5]) / 2];
        $total += $width - OVERLAP;
    }
    $fit = min(1, (2 * WIDTH - 44) / $total);
    $left = (2 * WIDTH - $total * $fit) / 2;
    foreach ($letters as [$letter, $font, $size, $width, $right, $down]) {
        $x = $left + $width * $fit / 2;
        $y = HEIGHT + $numbers->real(-9, 9);
        $angle = $numbers->real(-0.28, 0.28);
        // Turned round its middle, by way of where its baseline starts.
        $scale = $size * $fit;
        $x -= ($right * cos($angle) - $down * sin($angle)) * $scale;
        $y -= ($right * sin($angle) + $down * cos($angle)) * $scale;
        imagettftext($image, POINTS * $scale, -rad2deg($angle), (int) round($x), (int) round($y), 0xFF, $font, $letter);
        $left += ($width - OVERLAP) * $fit;
    }
}

/** Columns are moved up and down, then rows to the sides, and each four pixels become one. */
function bend(GdImage $image, array $down, array $across): GdImage
{
    $between = imagecreatetruecolor(2 * WIDTH, 2 * HEIGHT);
    foreach ($down as $x => $moved) {
        imagecopy($between, $image, 2 * $x, 0, 2 * $x, $moved, 2, 2 * HEIGHT);
    }
    $bent = imagecreatetruecolor(WIDTH, HEIGHT);
    foreach ($across as $y => $moved) {
        imagecopyresampled($bent, $between, 0, $y, $moved, 2 * $y, WIDTH, 1, 2 * WIDTH, 2);
    }
    return $bent;
}

/** From a light ground to a dark ink. */
function allocatePalette(GdImage $image, Numbers $numbers): void
{
    $ink = INKS[$numbers->below(count(INKS))];
    $ground = GROUNDS[$numbers->below(count(GROUNDS))];
    for ($shade = 0; $shade < SHADES; $shade++) {
        $mix = fn(int $from, int $to): int => $from + intdiv(($to - $from) * $shade, SHADES - 1);
        imagecolorallocate($image, ...array_map($mix, $ground, $ink));
    }
}

function writeCaptcha(string $text, Numbers $numbers): void
{
    $drawing = imagecreatetruecolor(2 * WIDTH, 2 * HEIGHT);
    drawArcs($drawing, $numbers);
    $down = wave(WIDTH, 70, 130, 4, 7, $numbers);
    $across = wave(HEIGHT, 50, 90, 3, 5, $numbers);
    drawLetters($drawing, $text, $numbers);
    $bent = bend($drawing, $down, $across);
    $image = imagecreate(WIDTH, HEIGHT);
    allocatePalette($image, $numbers);
    for ($y = 0; $y < HEIGHT; $y++) {
        for ($x = 0; $x < WIDTH; $x++) {
            $ink = imagecolorat($bent, $x, $y);
            // The first shade is the ground, which is there already.
            if ($ink > 8) {
                imagesetpixel($image, $x, $y, intdiv(($ink & 0xFF) * (SHADES - 1) + 127, 0xFF));
            }
        }
    }
    imagepng($image);
}
