/* A file with an unreadable block, by LD_PRELOAD: every read that touches byte FAULT_AT of FAULT_PATH fails with EIO. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int touches(int fd, off64_t at, size_t size) {
  const char *path = getenv("FAULT_PATH"), *fault = getenv("FAULT_AT");
  char link[64], name[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = path && fault ? readlink(link, name, sizeof name - 1) : -1;
  if (length < 0) return 0;
  name[length] = 0;
  off64_t bad = atoll(fault);
  return strcmp(name, path) == 0 && at <= bad && bad < at + (off64_t)size;
}

ssize_t pread64(int fd, void *target, size_t size, off64_t at) {
  static ssize_t (*next)(int, void *, size_t, off64_t);
  if (!next) next = dlsym(RTLD_NEXT, "pread64");
  if (!touches(fd, at, size)) return next(fd, target, size, at);
  errno = EIO;
  return -1;
}

ssize_t read(int fd, void *target, size_t size) {
  static ssize_t (*next)(int, void *, size_t);
  if (!next) next = dlsym(RTLD_NEXT, "read");
  off64_t at = lseek64(fd, 0, SEEK_CUR);
  if (at < 0 || !touches(fd, at, size)) return next(fd, target, size);
  errno = EIO;
  return -1;
}
