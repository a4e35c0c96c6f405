// libsodium, as Sodium uses it.
#include <sodium.h>
