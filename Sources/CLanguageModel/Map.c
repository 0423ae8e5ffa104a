#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "CLanguageModel.h"

const uint8_t *lm_map(const char *path, size_t *count, int *error) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        *error = errno;
        return 0;
    }
    struct stat status;
    void *bytes = MAP_FAILED;
    if (fstat(file, &status) != 0) {
        *error = errno;
    } else if (!S_ISREG(status.st_mode) || status.st_size <= 0) {
        *error = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    } else {
        *count = (size_t)status.st_size;
        bytes = mmap(0, *count, PROT_READ, MAP_PRIVATE, file, 0);
        if (bytes == MAP_FAILED) { *error = errno; }
    }
    close(file);
    return bytes == MAP_FAILED ? 0 : bytes;
}

void lm_unmap(const uint8_t *bytes, size_t count) { munmap((void *)bytes, count); }

float *lm_reserve(size_t count) {
    if (count == 0 || count > SIZE_MAX / 8) { return 0; }
    void *memory = mmap(0, count * sizeof(float), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? 0 : memory;
}

void lm_release(float *memory, size_t count) {
    if (memory) { munmap(memory, count * sizeof(float)); }
}
