// Calls of the kernel that glibc has no function for.
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

// sched_setattr(2) for the calling thread, under the usual policy: its niceness, and for how many nanoseconds it keeps a core
// that others want (Linux 6.12 and later; 0 is as usual). 0 when it was done.
static inline int clinux_set_scheduling(int niceness, unsigned long long slice) {
    struct sched_attr attributes = {.size = sizeof attributes, .sched_nice = niceness, .sched_runtime = slice};
    return (int)syscall(SYS_sched_setattr, 0, &attributes, 0);
}
