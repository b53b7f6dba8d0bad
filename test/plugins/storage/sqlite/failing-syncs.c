/* Loaded before the C library: half of what is asked to reach the disk does not, and says so. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void seed(void) { srandom((unsigned)getpid()); }

static int sync_or_fail(const char *name, int file)
{
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    const char *armed = getenv("FAILING_SYNCS");
    /* The host's own start is not what is tried: it begins with the file that says so. */
    if (armed != NULL && access(armed, F_OK) == 0 && random() % 2 == 0) {
        errno = EIO;
        return -1;
    }
    return sync(file);
}

int fsync(int file) { return sync_or_fail("fsync", file); }
int fdatasync(int file) { return sync_or_fail("fdatasync", file); }
