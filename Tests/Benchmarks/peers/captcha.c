// The portal's image of a captcha, step by step and with the same numbers (CaptchaPainter.swift, Glyph.swift): what both make of
// a token is the same file. Letters are drawn by libgd once and kept, arcs and the PNG by libgd for each image, and each pixel
// is made of four of a drawing that is twice as large.
#include "captcha.h"
#include <gd.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 200, HEIGHT = 64, SCALE = 2, LETTERS = 6, ALPHABET = 32, FULL_INK = 4 * 255, SHADES = 16 };
static const char alphabet[] = CAPTCHA_ALPHABET;
static const double em = 84, frame = 2, overlap = 6, largest_wave = 7;

// --- Letters, drawn once ---

struct glyph {
    int width, height;
    uint8_t *coverage;
};
static struct glyph fonts[6][ALPHABET];
static int font_count;

static void write_text(gdImagePtr image, int box[8], int color, const char *font, int x, int y, const char *text) {
    // libgd counts in points at 96 dots an inch.
    char *complaint = gdImageStringFT(image, box, color, (char *)font, em * 72 / 96, 0, x, y, (char *)text);
    if (!complaint) return;
    fprintf(stderr, "%s: %s\n", font, complaint);
    exit(1);
}

static struct glyph draw_glyph(char character, const char *font) {
    char text[2] = {character, 0};
    int box[8];
    write_text(NULL, box, 0, font, 0, 0, text);
    int left = box[0], top = box[5], right = box[2], bottom = box[1];
    struct glyph glyph = {right - left + 2 * (int)frame, bottom - top + 2 * (int)frame, NULL};
    gdImagePtr image = gdImageCreateTrueColor(glyph.width, glyph.height);
    write_text(image, box, 0xFF, font, (int)frame - left, (int)frame - top, text);
    glyph.coverage = malloc((size_t)glyph.width * glyph.height);
    for (int y = 0; y < glyph.height; y++)
        for (int x = 0; x < glyph.width; x++) glyph.coverage[y * glyph.width + x] = gdImageTrueColorPixel(image, x, y);
    gdImageDestroy(image);
    return glyph;
}

void captcha_load(void) {
    static const char *const files[] = {
        "dejavu/DejaVuSans-Bold.ttf", "dejavu/DejaVuSerif-Bold.ttf", "dejavu/DejaVuSansMono-Bold.ttf",
        "noto/NotoSans-Bold.ttf", "noto/NotoSerif-Bold.ttf", "noto/NotoSansDisplay-Bold.ttf"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[256];
        snprintf(path, sizeof path, "/usr/share/fonts/truetype/%s", files[i]);
        if (access(path, R_OK)) continue;
        for (int j = 0; j < ALPHABET; j++) fonts[font_count][j] = draw_glyph(alphabet[j], path);
        font_count++;
    }
    if (font_count > 0) return;
    fputs("no font for captchas\n", stderr);
    exit(1);
}

// --- Numbers, as Swift draws them from 64 bits ---

// 0 to bound - 1. That some come up once more in 2^64 / bound tries is passed over.
static int below(struct numbers *numbers, unsigned bound) {
    return (int)((unsigned __int128)numbers_next(numbers) * bound >> 64);
}

static int whole(struct numbers *numbers, int low, int high) { return low + below(numbers, high - low + 1); }

// Both ends are in: one of 2^53 + 1 numbers, each as likely as the others.
static double real(struct numbers *numbers, double low, double high) {
    const uint64_t bound = (1ull << 53) + 1;
    unsigned __int128 product;
    do product = (unsigned __int128)numbers_next(numbers) * bound;
    while ((uint64_t)product < -bound % bound);
    return (high - low) * ((double)(uint64_t)(product >> 64) * 0x1p-53) + low;
}

// --- One image ---

// Two sine waves: columns move up and down, rows to the sides.
struct wave {
    int down[WIDTH], across[HEIGHT];
};

static void displace(int *displacements, int count, double shortest, double longest, double least, double most,
                     struct numbers *numbers) {
    double length = real(numbers, shortest, longest), height = real(numbers, least, most);
    double phase = real(numbers, 0, 2 * M_PI);
    for (int i = 0; i < count; i++) displacements[i] = (int)round(height * sin(2 * M_PI * i / length + phase));
}

// Three, in the lowest channel.
static gdImagePtr draw_arcs(struct numbers *numbers) {
    gdImagePtr image = gdImageCreateTrueColor(WIDTH * SCALE, HEIGHT * SCALE);
    for (int i = 0; i < 3; i++) {
        bool is_open_below = (numbers_next(numbers) >> 17 & 1) == 0;
        int x = whole(numbers, 60, 340), y = is_open_below ? whole(numbers, 70, 130) : whole(numbers, 0, 60);
        int width = whole(numbers, 260, 460), height = whole(numbers, 50, 130);
        gdImageSetThickness(image, whole(numbers, 2, 4));
        gdImageArc(image, x, y, width, height, is_open_below ? 180 : 0, is_open_below ? 360 : 180, whole(numbers, 0x70, 0xA0));
    }
    return image;
}

struct placement {
    const struct glyph *glyph;
    double x, y, size, angle;
};

static int first_within(double middle, double reach) { return (int)fmax(0, (middle - reach) / SCALE); }
static int last_within(double middle, double reach, int count) { return (int)fmin(count, (middle + reach) / SCALE + 1); }

static void draw_letter(const struct placement *at, const struct wave *wave, int ink[HEIGHT][WIDTH]) {
    const struct glyph *glyph = at->glyph;
    const double reach = (double)(glyph->width + glyph->height) / 2 * at->size + largest_wave;
    const double along_x = cos(at->angle) / at->size, along_y = sin(at->angle) / at->size;
    const double middle_x = glyph->width / 2.0, middle_y = glyph->height / 2.0;
    const int left = first_within(at->x, reach), right = last_within(at->x, reach, WIDTH);
    const int bottom = last_within(at->y, reach, HEIGHT);
    for (int row = first_within(at->y, reach); row < bottom; row++)
        for (int column = left; column < right; column++) {
            int sum = 0;
            for (int i = 0; i < SCALE * SCALE; i++) {
                double across = SCALE * column + wave->across[row] + (i & 1) - at->x;
                double down = SCALE * row + wave->down[column] + (i >> 1) - at->y;
                double x = middle_x + across * along_x + down * along_y, y = middle_y - across * along_y + down * along_x;
                if (x >= 0 && y >= 0 && x < glyph->width && y < glyph->height)
                    sum += glyph->coverage[(int)y * glyph->width + (int)x];
            }
            if (sum > ink[row][column]) ink[row][column] = sum;
        }
}

// Side by side, each of another font, size, height and angle; closer together when they are too wide.
static void draw_letters(const char *text, const struct wave *wave, struct numbers *numbers, int ink[HEIGHT][WIDTH]) {
    struct placement letters[LETTERS];
    double total = 0;
    for (int i = 0; i < LETTERS; i++) {
        letters[i].glyph = &fonts[below(numbers, font_count)][strchr(alphabet, text[i]) - alphabet];
        letters[i].size = real(numbers, 0.9, 1.1);
        total += letters[i].glyph->width * letters[i].size - overlap;
    }
    total += overlap;
    const double width = WIDTH * SCALE, fit = fmin(1, (width - 44) / total);
    double left = (width - total * fit) / 2;
    for (int i = 0; i < LETTERS; i++) {
        double advance = (letters[i].glyph->width * letters[i].size - overlap) * fit;
        letters[i].x = left + (advance + overlap * fit) / 2;
        letters[i].y = HEIGHT * SCALE / 2.0 + real(numbers, -9, 9);
        letters[i].size *= fit;
        letters[i].angle = real(numbers, -0.28, 0.28);
        draw_letter(&letters[i], wave, ink);
        left += advance;
    }
}

// From a light ground to a dark ink.
static void allocate_palette(gdImagePtr image, struct numbers *numbers) {
    static const int inks[][3] = {
        {0x12, 0x2B, 0x5C}, {0x5A, 0x1E, 0x1E}, {0x14, 0x45, 0x2F}, {0x3D, 0x22, 0x5E}, {0x33, 0x33, 0x33}};
    static const int grounds[][3] = {{0xF4, 0xF6, 0xFB}, {0xFB, 0xF7, 0xEE}, {0xF1, 0xF8, 0xF3}, {0xF7, 0xF4, 0xFA}};
    const int *ink = inks[below(numbers, 5)], *ground = grounds[below(numbers, 4)];
    for (int shade = 0; shade < SHADES; shade++) {
        int mixed[3];
        for (int i = 0; i < 3; i++) mixed[i] = ground[i] + (ink[i] - ground[i]) * shade / (SHADES - 1);
        gdImageColorAllocate(image, mixed[0], mixed[1], mixed[2]);
    }
}

void *captcha_png(const char text[7], struct numbers *numbers, int *size) {
    int letters[HEIGHT][WIDTH] = {0};
    struct wave wave;
    gdImagePtr arcs = draw_arcs(numbers);
    displace(wave.down, WIDTH, 70, 130, 4, largest_wave, numbers);
    displace(wave.across, HEIGHT, 50, 90, 3, 5, numbers);
    draw_letters(text, &wave, numbers, letters);
    gdImagePtr image = gdImageCreate(WIDTH, HEIGHT);
    allocate_palette(image, numbers);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int arc = 0;
            for (int i = 0; i < SCALE * SCALE; i++) {
                int u = SCALE * x + wave.across[y] + (i & 1), v = SCALE * y + wave.down[x] + (i >> 1);
                if (u >= 0 && v >= 0 && u < WIDTH * SCALE && v < HEIGHT * SCALE) arc += gdImageTrueColorPixel(arcs, u, v);
            }
            // Both are 0 to 1,020. The first shade is the ground, which is there already.
            int ink = letters[y][x] + arc * (FULL_INK - letters[y][x]) / FULL_INK;
            int shade = (ink * (SHADES - 1) + FULL_INK / 2) / FULL_INK;
            if (shade > 0) gdImageSetPixel(image, x, y, shade);
        }
    void *file = gdImagePngPtr(image, size);
    gdImageDestroy(image);
    gdImageDestroy(arcs);
    return file;
}
