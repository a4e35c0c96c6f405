// A captcha's image, and the numbers that decide everything in it.
#include <stdint.h>

#define CAPTCHA_ALPHABET "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// A code of a token in counter mode, 32 bytes a block: the same numbers for the same token.
struct numbers {
    uint8_t body[24];
    const char *session;
    uint8_t block[32];
    unsigned blocks, used;
};

// The next 8 bytes, the first the highest.
uint64_t numbers_next(struct numbers *numbers);

// Draws the letters of each font that is installed, once for all images and before the first thread.
void captcha_load(void);

// The PNG file of six characters, of `size` bytes, which is gdFree's.
void *captcha_png(const char text[7], struct numbers *numbers, int *size);
