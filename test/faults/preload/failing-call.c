/*
 * Calls that fail, by LD_PRELOAD: of the calls that change or open something below FAULT_UNDER (separated by colons) the one
 * with the number FAULT_AT fails with FAULT_ERRNO, and with FAULT_LASTS each one after it, too. FAULT_ONLY: the names of
 * those that count, between commas; all unless told. Opens that only read fail with EIO and ESTALE alone.
 * With the error 0 nothing fails, and what would have is told. FAULT_LOG gets a
 * line for each call that failed: what it was, and the path. With FAULT_DOES a call of a name (symlink, link, rename, unlink,
 * mkdir) does its work all the same, as over a network where the answer was lost and the question is asked again.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static int counts(const char *what) {
  const char *only = getenv("FAULT_ONLY");
  if (!only) return 1;
  char wanted[64];
  snprintf(wanted, sizeof wanted, ",%s,", what);
  return strstr(only, wanted) != NULL;
}

static int lies_under(const char *path) {
  const char *under = getenv("FAULT_UNDER");
  while (under && *under) {
    size_t length = strcspn(under, ":");
    if (strncmp(path, under, length) == 0 && (path[length] == '/' || path[length] == 0 || path[length] == ' ')) return 1;
    under += length + (under[length] == ':');
  }
  return 0;
}

static int fails(const char *what, const char *path) {
  const char *at = getenv("FAULT_AT"), *code = getenv("FAULT_ERRNO"), *log = getenv("FAULT_LOG");
  if (!at || !code || !path || !lies_under(path) || !counts(what)) return 0;
  int error = atoi(code);
  if (strcmp(what, "read-open") == 0 && error != 0 && error != EIO && error != ESTALE) return 0;
  long number = atomic_fetch_add(&calls, 1), first = atol(at);
  if (number < first || (number > first && !getenv("FAULT_LASTS"))) return 0;
  char line[PATH_MAX + 64];
  int length = snprintf(line, sizeof line, "%s %s\n", what, path);
  int fd = log ? syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
  if (fd >= 0) {
    syscall(SYS_write, fd, line, length);
    syscall(SYS_close, fd);
  }
  errno = error;
  return error != 0;
}

static int fails_fd(const char *what, int fd) {
  char link[64], name[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, name, sizeof name - 1);
  if (length < 0) return 0;
  name[length] = 0;
  return fails(what, name);
}

static const char *kind_of_sync(int fd) {
  struct stat64 facts;
  return fstat64(fd, &facts) == 0 && S_ISDIR(facts.st_mode) ? "fsync-folder" : "fsync";
}

/* The answer to a call that failed, though it may have done its work. */
static int lost(int done) {
  if (done == 0) errno = atoi(getenv("FAULT_ERRNO"));
  return -1;
}

static int does(void) { return getenv("FAULT_DOES") != NULL; }

static const char *kind_of(int flags) {
  return (flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT) ? "read-open" : "open";
}

#define NEXT(type, name, ...) static type (*next)(__VA_ARGS__); if (!next) next = dlsym(RTLD_NEXT, #name)
#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    mode_t mode = va_arg(rest, mode_t); \
    va_end(rest); \
    NEXT(int, name, const char *, int, ...); \
    return fails(kind_of(flags), path) ? -1 : next(path, flags, mode); \
  }
#define OF_PATH(name) \
  int name(const char *path) { \
    NEXT(int, name, const char *); \
    if (!fails(#name, path)) return next(path); \
    return does() ? lost(next(path)) : -1; \
  }
#define OF_TWO(name) \
  int name(const char *from, const char *to) { \
    NEXT(int, name, const char *, const char *); \
    if (!fails(#name, to)) return next(from, to); \
    return does() ? lost(next(from, to)) : -1; \
  }
#define OF_FD(name) \
  int name(int fd) { \
    NEXT(int, name, int); \
    return fails_fd(kind_of_sync(fd), fd) ? -1 : next(fd); \
  }
#define PWRITE(name, offset) \
  ssize_t name(int fd, const void *bytes, size_t size, offset at) { \
    NEXT(ssize_t, name, int, const void *, size_t, offset); \
    return fails_fd("write", fd) ? -1 : next(fd, bytes, size, at); \
  }
#define PWRITEV(name, offset) \
  ssize_t name(int fd, const struct iovec *parts, int count, offset at) { \
    NEXT(ssize_t, name, int, const struct iovec *, int, offset); \
    return fails_fd("write", fd) ? -1 : next(fd, parts, count, at); \
  }

OPEN(open)
OPEN(open64)
OF_PATH(unlink)
OF_PATH(rmdir)
OF_PATH(remove)
OF_TWO(rename)
OF_TWO(link)
OF_TWO(symlink)
OF_FD(fsync)
OF_FD(fdatasync)
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)
PWRITEV(pwritev, off_t)
PWRITEV(pwritev64, off64_t)

ssize_t write(int fd, const void *bytes, size_t size) {
  NEXT(ssize_t, write, int, const void *, size_t);
  return fails_fd("write", fd) ? -1 : next(fd, bytes, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  NEXT(ssize_t, writev, int, const struct iovec *, int);
  return fails_fd("write", fd) ? -1 : next(fd, parts, count);
}

int mkdir(const char *path, mode_t mode) {
  NEXT(int, mkdir, const char *, mode_t);
  if (!fails("mkdir", path)) return next(path, mode);
  return does() ? lost(next(path, mode)) : -1;
}

int unlinkat(int folder, const char *path, int flags) {
  NEXT(int, unlinkat, int, const char *, int);
  return (path[0] == '/' ? fails("unlink", path) : fails_fd("unlink", folder)) ? -1 : next(folder, path, flags);
}
