// libfcgi (FCGX), as FastCGI uses it.
#include <fcgiapp.h>
