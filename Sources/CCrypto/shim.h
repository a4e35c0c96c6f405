// The one hash of OpenSSL that libsodium does not have, because it is old: SHA-1.
#include <openssl/sha.h>
