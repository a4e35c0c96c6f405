// What libsodium does not have: SHA-1, because it is old, and certificates.
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
