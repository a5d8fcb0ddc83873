/*
 * Makes file-changing calls below one directory fail, or kills the process at one of them. Loaded
 * into a daemon by LD_PRELOAD; FaultShim.java compiles it and turns the switches while the daemon
 * runs. FAULTS_BELOW names the directory, FAULTS_CONTROL a file that both sides map into memory.
 * Programs other than java, which a daemon starts, are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

/* In the order of FaultShim.Call. */
enum { OPEN, OPEN_TO_READ, WRITE, FORCE, RENAME, DELETE, MKDIR, TRUNCATE, LINK, ATTRIBUTES };
static const char *const names[] = {"open",  "open-to-read", "write", "force", "rename",
                                    "delete", "mkdir", "truncate", "link", "attributes"};

enum { OFF = 0, FAIL = 1, KILL = 2 };

struct control {
  _Atomic long mode;
  _Atomic long error;
  _Atomic long calls; /* which kinds count: bits */
  _Atomic long first; /* calls that fail, counted from 1 */
  _Atomic long last;
  _Atomic long counted;
  _Atomic long failed;
  _Atomic long written; /* bytes of text */
  char text[64 * 1024 - 64];
};

static struct control *control;
static char below[PATH_MAX];
static size_t below_length;

__attribute__((constructor)) static void begin(void) {
  char self[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  const char *file = getenv("FAULTS_CONTROL"), *directory = getenv("FAULTS_BELOW");
  if (n < 5 || memcmp(self + n - 5, "/java", 5) != 0 || !file || !directory) return;
  snprintf(below, sizeof below, "%s", directory);
  below_length = strlen(below);
  int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  int fd = real_open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *at = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (at != MAP_FAILED) control = at;
}

static void note(int call, const char *path, const char *what) {
  char line[PATH_MAX + 64];
  int n = snprintf(line, sizeof line, "%s %s%s\n", names[call], path + below_length, what);
  long at = atomic_fetch_add(&control->written, n);
  if (n > 0 && at + n < (long)sizeof control->text) memcpy(control->text + at, line, n);
}

/* Whether the call is to fail, with errno set. */
static int at_path(int call, const char *path) {
  if (strncmp(path, below, below_length) != 0) return 0;
  if (path[below_length] != '/' && path[below_length] != 0) return 0;
  long n = atomic_fetch_add(&control->counted, 1) + 1;
  int hit = n >= control->first && n <= control->last;
  note(call, path, hit ? " !" : "");
  if (!hit) return 0;
  atomic_fetch_add(&control->failed, 1);
  if (control->mode == KILL) kill(getpid(), SIGKILL);
  errno = (int)control->error;
  return 1;
}

static int watched(int call) {
  return control && control->mode != OFF && (control->calls >> call & 1);
}

static int link_of(const char *of, char *path) {
  int before = errno;
  ssize_t n = readlink(of, path, PATH_MAX - 1);
  errno = before;
  path[n < 0 ? 0 : n] = 0;
  return n > 0;
}

static int at_fd(int call, int fd) {
  char of[64], path[PATH_MAX];
  if (!watched(call)) return 0;
  snprintf(of, sizeof of, "/proc/self/fd/%d", fd);
  return link_of(of, path) && at_path(call, path);
}

static int at_name(int call, int directory, const char *name) {
  char of[64], path[PATH_MAX], all[2 * PATH_MAX];
  if (!watched(call) || !name) return 0;
  if (name[0] == '/') return at_path(call, name);
  if (directory == AT_FDCWD)
    snprintf(of, sizeof of, "/proc/self/cwd");
  else
    snprintf(of, sizeof of, "/proc/self/fd/%d", directory);
  if (!link_of(of, path)) return 0;
  snprintf(all, sizeof all, "%s/%s", path, name);
  return at_path(call, all);
}

static int opens(int flags) {
  return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) ? OPEN : OPEN_TO_READ;
}

#define REAL(type, name, parameters)                       \
  static type(*real) parameters;                           \
  if (!real) real = (type(*) parameters)dlsym(RTLD_NEXT, name)

/* A call that takes a name, or an open file, and returns -1 when it fails. */
#define WRAP(type, name, call, check, parameters, arguments) \
  type name parameters {                                     \
    REAL(type, #name, parameters);                           \
    return check ? -1 : real arguments;                      \
  }
#define BY_NAME(name, call, parameters, arguments) \
  WRAP(int, name, call, at_name(call, AT_FDCWD, path), parameters, arguments)
#define BY_DIRECTORY(name, call, parameters, arguments) \
  WRAP(int, name, call, at_name(call, directory, path), parameters, arguments)
#define BY_FD(type, name, call, parameters, arguments) \
  WRAP(type, name, call, at_fd(call, fd), parameters, arguments)

#define OPENER(name)                                                   \
  int name(const char *path, int flags, ...) {                         \
    REAL(int, #name, (const char *, int, ...));                        \
    va_list more;                                                      \
    va_start(more, flags);                                             \
    mode_t mode = va_arg(more, mode_t);                                \
    va_end(more);                                                      \
    return at_name(opens(flags), AT_FDCWD, path) ? -1 : real(path, flags, mode); \
  }
#define OPENER_AT(name)                                                \
  int name(int directory, const char *path, int flags, ...) {          \
    REAL(int, #name, (int, const char *, int, ...));                   \
    va_list more;                                                      \
    va_start(more, flags);                                             \
    mode_t mode = va_arg(more, mode_t);                                \
    va_end(more);                                                      \
    return at_name(opens(flags), directory, path) ? -1 : real(directory, path, flags, mode); \
  }

OPENER(open)
OPENER(open64)
OPENER_AT(openat)
OPENER_AT(openat64)
BY_NAME(creat, OPEN, (const char *path, mode_t m), (path, m))
BY_NAME(creat64, OPEN, (const char *path, mode_t m), (path, m))

BY_FD(ssize_t, write, WRITE, (int fd, const void *b, size_t n), (fd, b, n))
BY_FD(ssize_t, pwrite, WRITE, (int fd, const void *b, size_t n, off_t o), (fd, b, n, o))
BY_FD(ssize_t, pwrite64, WRITE, (int fd, const void *b, size_t n, off64_t o), (fd, b, n, o))
BY_FD(ssize_t, writev, WRITE, (int fd, const struct iovec *v, int n), (fd, v, n))
BY_FD(ssize_t, pwritev, WRITE, (int fd, const struct iovec *v, int n, off_t o), (fd, v, n, o))
BY_FD(ssize_t, pwritev64, WRITE, (int fd, const struct iovec *v, int n, off64_t o), (fd, v, n, o))
BY_FD(ssize_t, sendfile64, WRITE, (int fd, int in, off64_t *o, size_t n), (fd, in, o, n))
WRAP(ssize_t, copy_file_range, WRITE, at_fd(WRITE, out),
     (int in, off64_t *io, int out, off64_t *oo, size_t n, unsigned f), (in, io, out, oo, n, f))

BY_FD(int, fsync, FORCE, (int fd), (fd))
BY_FD(int, fdatasync, FORCE, (int fd), (fd))

WRAP(int, rename, RENAME, at_name(RENAME, AT_FDCWD, to), (const char *from, const char *to),
     (from, to))
WRAP(int, renameat, RENAME, at_name(RENAME, d2, to),
     (int d1, const char *from, int d2, const char *to), (d1, from, d2, to))
WRAP(int, renameat2, RENAME, at_name(RENAME, d2, to),
     (int d1, const char *from, int d2, const char *to, unsigned f), (d1, from, d2, to, f))

BY_NAME(unlink, DELETE, (const char *path), (path))
BY_NAME(rmdir, DELETE, (const char *path), (path))
BY_NAME(remove, DELETE, (const char *path), (path))
BY_DIRECTORY(unlinkat, DELETE, (int directory, const char *path, int f), (directory, path, f))

BY_NAME(mkdir, MKDIR, (const char *path, mode_t m), (path, m))
BY_DIRECTORY(mkdirat, MKDIR, (int directory, const char *path, mode_t m), (directory, path, m))

BY_NAME(truncate, TRUNCATE, (const char *path, off_t n), (path, n))
BY_NAME(truncate64, TRUNCATE, (const char *path, off64_t n), (path, n))
BY_FD(int, ftruncate, TRUNCATE, (int fd, off_t n), (fd, n))
BY_FD(int, ftruncate64, TRUNCATE, (int fd, off64_t n), (fd, n))
BY_FD(int, fallocate, TRUNCATE, (int fd, int m, off_t o, off_t n), (fd, m, o, n))
BY_FD(int, fallocate64, TRUNCATE, (int fd, int m, off64_t o, off64_t n), (fd, m, o, n))

BY_NAME(link, LINK, (const char *from, const char *path), (from, path))
BY_NAME(symlink, LINK, (const char *target, const char *path), (target, path))
BY_DIRECTORY(symlinkat, LINK, (const char *target, int directory, const char *path),
             (target, directory, path))
WRAP(int, linkat, LINK, at_name(LINK, d2, to),
     (int d1, const char *from, int d2, const char *to, int f), (d1, from, d2, to, f))

BY_NAME(chmod, ATTRIBUTES, (const char *path, mode_t m), (path, m))
BY_NAME(chown, ATTRIBUTES, (const char *path, uid_t u, gid_t g), (path, u, g))
BY_NAME(lchown, ATTRIBUTES, (const char *path, uid_t u, gid_t g), (path, u, g))
BY_NAME(utimes, ATTRIBUTES, (const char *path, const struct timeval t[2]), (path, t))
BY_NAME(lutimes, ATTRIBUTES, (const char *path, const struct timeval t[2]), (path, t))
BY_FD(int, fchmod, ATTRIBUTES, (int fd, mode_t m), (fd, m))
BY_FD(int, fchown, ATTRIBUTES, (int fd, uid_t u, gid_t g), (fd, u, g))
BY_FD(int, futimens, ATTRIBUTES, (int fd, const struct timespec t[2]), (fd, t))
BY_FD(int, futimes, ATTRIBUTES, (int fd, const struct timeval t[2]), (fd, t))
BY_DIRECTORY(fchmodat, ATTRIBUTES, (int directory, const char *path, mode_t m, int f),
             (directory, path, m, f))
BY_DIRECTORY(fchownat, ATTRIBUTES, (int directory, const char *path, uid_t u, gid_t g, int f),
             (directory, path, u, g, f))
BY_DIRECTORY(utimensat, ATTRIBUTES,
             (int directory, const char *path, const struct timespec t[2], int f),
             (directory, path, t, f))
