// zlib, and what Swift cannot say of it: a macro that passes the version of the header along.
#include <zlib.h>

static inline int czlib_begin_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
