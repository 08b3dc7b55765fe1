/* What moving files costs at least: list a folder, stat each name, sort, renameat2(RENAME_NOREPLACE).
 * Only numbered files are moved (segment_…, capture_…), as the archiver does.
 *
 *     rename_loop FROM TO [FROM TO …]
 *
 * Prints the number of files, the nanoseconds of listing with stat and sort, and those of the renames.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static long long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int by_name(const void *one, const void *other) {
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

int main(int count, char **folders) {
    long long listed_ns = 0, renamed_ns = 0, files = 0;
    for (int at = 1; at + 1 < count; at += 2) {
        long long begin_ns = now_ns();
        int from = open(folders[at], O_RDONLY | O_DIRECTORY);
        int to = open(folders[at + 1], O_RDONLY | O_DIRECTORY);
        DIR *listing = from < 0 ? NULL : fdopendir(dup(from));
        if (listing == NULL || to < 0) fail(folders[at]);
        size_t known = 0, room = 1024;
        char **names = malloc(room * sizeof *names);
        struct dirent *entry;
        while ((entry = readdir(listing)) != NULL) {
            if (strncmp(entry->d_name, "segment_", 8) && strncmp(entry->d_name, "capture_", 8)) continue;
            struct stat status;
            if (fstatat(from, entry->d_name, &status, AT_SYMLINK_NOFOLLOW)) fail(entry->d_name);
            if (known == room) names = realloc(names, (room *= 2) * sizeof *names);
            names[known++] = strdup(entry->d_name);
        }
        qsort(names, known, sizeof *names, by_name);
        long long middle_ns = now_ns();
        for (size_t index = 0; index < known; index++)
            if (renameat2(from, names[index], to, names[index], RENAME_NOREPLACE)) fail(names[index]);
        listed_ns += middle_ns - begin_ns;
        renamed_ns += now_ns() - middle_ns;
        files += known;
    }
    printf("%lld %lld %lld\n", files, listed_ns, renamed_ns);
    return 0;
}
