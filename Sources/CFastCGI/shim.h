// libfcgi (FCGX), as FastCGI uses it, and epoll(7) and eventfd(2), which the Glibc module leaves out.
#include <fcgiapp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

// accept4(2) with SOCK_CLOEXEC; glibc declares it with _GNU_SOURCE alone, which a module can't set for another's headers.
struct sockaddr;
extern int accept4(int, struct sockaddr *, unsigned int *, int);
static inline int fastcgi_accept(int listener) { return accept4(listener, 0, 0, 02000000); }
