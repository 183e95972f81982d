/*
 * Stands between the program and the files of its ledger: counts what is written and synced, lets the k-th of these
 * calls fail or kills the process there, and keeps for each file the bytes that a power loss would leave.
 *
 * In: the variables IOSHIM_FOLDER (the ledger's folder) and IOSHIM_NAME (its file name), and optionally
 *   IOSHIM_LOG      a file that gets one line for each call: number, call, file, result
 *   IOSHIM_FAIL_AT  the number of the call that fails, counted from 1
 *   IOSHIM_ERRNO    with which error (a number)
 *   IOSHIM_MODE     "once", "from" (all from there on), "short" (half is written, the rest fails), "open" (no file
 *                   whose name is exactly IOSHIM_NAME can be opened for writing), "openall" (nor one beside it)
 *   IOSHIM_KILL_AT  the number of the call before which the process is killed
 *   IOSHIM_IMAGE    a folder that gets what was synced: the bytes of a file at its last sync, and an empty
 *                   `NAME.named` for each file whose name was in the ledger's folder when that was last synced
 *   IOSHIM_DEAF     syncs of files whose names end so are not recorded, as if they had never been asked for
 *
 * Files are told apart by descriptor, and read through the same descriptor: closing another one would free the
 * program's locks. Only system calls are used, so that nothing here calls itself.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static long calls = 0;
static long rest_fails_at = -1;

static const char *setting(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static long number(const char *name) { return strtol(setting(name), NULL, 10); }

static int ends_with(const char *text, const char *ending) {
    size_t a = strlen(text), b = strlen(ending);
    return b > 0 && a >= b && strcmp(text + a - b, ending) == 0;
}

/* The file's name if it is one of the ledger's, "." for the folder itself, NULL for everything else. */
static const char *ours(const char *path) {
    const char *folder = setting("IOSHIM_FOLDER");
    size_t length = strlen(folder);
    if (length == 0 || strncmp(path, folder, length) != 0) return NULL;
    if (path[length] == '\0') return ".";
    if (path[length] != '/') return NULL;
    const char *name = path + length + 1;
    const char *wanted = setting("IOSHIM_NAME");
    return strncmp(name, wanted, strlen(wanted)) == 0 && !strchr(name, '/') ? name : NULL;
}

static const char *ours_by_descriptor(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0 || path[0] != '/') return NULL;
    path[length] = '\0';
    return ours(path);
}

static void put(const char *path, int flags, const char *bytes, size_t length) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return;
    while (length > 0) {
        ssize_t written = syscall(SYS_write, fd, bytes, length);
        if (written <= 0) break;
        bytes += written;
        length -= (size_t)written;
    }
    syscall(SYS_close, fd);
}

static void note(long k, const char *call, const char *name, const char *result) {
    const char *log = setting("IOSHIM_LOG");
    if (!*log) return;
    char line[PATH_MAX];
    int length = snprintf(line, sizeof line, "%ld %s %s %s\n", k, call, name, result);
    put(log, O_APPEND, line, (size_t)length);
}

enum verdict { GO_ON, FAIL, HALF };

/* Counts a call and decides about it. */
static enum verdict meet(const char *call, const char *name, int is_write) {
    long k = ++calls;
    if (k == number("IOSHIM_KILL_AT")) {
        note(k, call, name, "killed");
        syscall(SYS_kill, getpid(), SIGKILL);
        for (;;) pause();
    }
    long at = number("IOSHIM_FAIL_AT");
    const char *mode = setting("IOSHIM_MODE");
    int fails = at > 0 && (k == at || (k > at && strcmp(mode, "from") == 0));
    if (k == rest_fails_at) fails = 1;
    if (fails && is_write && k == at && strcmp(mode, "short") == 0) {
        rest_fails_at = k + 1;
        note(k, call, name, "short");
        return HALF;
    }
    note(k, call, name, fails ? "failed" : "done");
    return fails ? FAIL : GO_ON;
}

static long failed(void) {
    errno = (int)number("IOSHIM_ERRNO");
    return -1;
}

static void image_path(char *into, const char *name, const char *ending) {
    snprintf(into, PATH_MAX, "%s/%s%s", setting("IOSHIM_IMAGE"), name, ending);
}

/* The folder was synced: names that are there now are there for good, names that are gone are gone. */
static void record_names(void) {
    char path[PATH_MAX], file[PATH_MAX];
    DIR *images = opendir(setting("IOSHIM_IMAGE"));
    if (images) {
        for (struct dirent *entry; (entry = readdir(images));) {
            if (entry->d_name[0] == '.') continue;
            char name[NAME_MAX + 1];
            snprintf(name, sizeof name, "%s", entry->d_name);
            if (ends_with(name, ".named")) name[strlen(name) - 6] = '\0';
            snprintf(file, sizeof file, "%s/%s", setting("IOSHIM_FOLDER"), name);
            if (access(file, F_OK) != 0) {
                image_path(path, entry->d_name, "");
                unlink(path);
            }
        }
        closedir(images);
    }
    DIR *folder = opendir(setting("IOSHIM_FOLDER"));
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        snprintf(file, sizeof file, "%s/%s", setting("IOSHIM_FOLDER"), entry->d_name);
        if (!ours(file)) continue;
        image_path(path, entry->d_name, ".named");
        put(path, 0, "", 0);
    }
    closedir(folder);
}

/* A file was synced: its bytes as they are now are there for good. */
static void record_bytes(int fd, const char *name) {
    static char bytes[1 << 16];
    char path[PATH_MAX], beside[PATH_MAX];
    image_path(path, name, "");
    image_path(beside, ".half-", name);
    put(beside, O_TRUNC, "", 0);
    off_t offset = 0;
    ssize_t length;
    while ((length = syscall(SYS_pread64, fd, bytes, sizeof bytes, offset)) > 0) {
        put(beside, O_APPEND, bytes, (size_t)length);
        offset += length;
    }
    rename(beside, path);
}

static long sync_with(long which, const char *call, int fd) {
    char path[PATH_MAX];
    const char *name = ours_by_descriptor(fd, path);
    if (!name) return syscall(which, fd);
    pthread_mutex_lock(&one_at_a_time);
    long result = meet(call, name, 0) == GO_ON ? syscall(which, fd) : failed();
    int saved = errno;
    if (result == 0 && *setting("IOSHIM_IMAGE") && !ends_with(name, setting("IOSHIM_DEAF"))) {
        if (strcmp(name, ".") == 0) record_names();
        else record_bytes(fd, name);
    }
    pthread_mutex_unlock(&one_at_a_time);
    errno = saved;
    return result;
}

int fsync(int fd) { return (int)sync_with(SYS_fsync, "fsync", fd); }

int fdatasync(int fd) { return (int)sync_with(SYS_fdatasync, "fdatasync", fd); }

ssize_t write(int fd, const void *bytes, size_t length) {
    char path[PATH_MAX];
    const char *name = ours_by_descriptor(fd, path);
    if (!name) return syscall(SYS_write, fd, bytes, length);
    pthread_mutex_lock(&one_at_a_time);
    enum verdict verdict = meet("write", name, 1);
    if (verdict == HALF) length = (length + 1) / 2;
    ssize_t result = verdict == FAIL ? failed() : syscall(SYS_write, fd, bytes, length);
    pthread_mutex_unlock(&one_at_a_time);
    return result;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    char path[PATH_MAX];
    const char *name = ours_by_descriptor(fd, path);
    if (!name) return syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_mutex_lock(&one_at_a_time);
    enum verdict verdict = meet("pwrite", name, 1);
    if (verdict == HALF) length = (length + 1) / 2;
    ssize_t result = verdict == FAIL ? failed() : syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_mutex_unlock(&one_at_a_time);
    return result;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return pwrite64(fd, bytes, length, offset);
}

int ftruncate64(int fd, off64_t length) {
    char path[PATH_MAX];
    const char *name = ours_by_descriptor(fd, path);
    if (!name) return (int)syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&one_at_a_time);
    int result = meet("ftruncate", name, 0) == GO_ON ? (int)syscall(SYS_ftruncate, fd, length) : (int)failed();
    pthread_mutex_unlock(&one_at_a_time);
    return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* Whether a file may not be opened for writing. */
static int forbidden(const char *path, int flags) {
    const char *mode = setting("IOSHIM_MODE");
    if (strncmp(mode, "open", 4) != 0) return 0;
    if ((flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT)) return 0;
    char whole[PATH_MAX];
    if (path[0] != '/') {
        snprintf(whole, sizeof whole, "%s/%s", setting("IOSHIM_FOLDER"), path);
        path = whole;
    }
    const char *name = ours(path);
    if (!name) return 0;
    return strcmp(mode, "openall") == 0 || strcmp(name, setting("IOSHIM_NAME")) == 0;
}

static int open_with(int folder, const char *path, int flags, mode_t mode) {
    if (forbidden(path, flags)) {
        note(0, "open", path, "failed");
        return (int)failed();
    }
    return (int)syscall(SYS_openat, folder, path, flags, mode);
}

#define OPENS(name)                                            \
    int name(const char *path, int flags, ...) {               \
        va_list more;                                          \
        va_start(more, flags);                                 \
        mode_t mode = (mode_t)va_arg(more, int);               \
        va_end(more);                                          \
        return open_with(AT_FDCWD, path, flags, mode);         \
    }
OPENS(open)
OPENS(open64)
