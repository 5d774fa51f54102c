// SPDX-License-Identifier: MIT
// Names of functions, from the symbol tables of an ELF file: the full one if it was not stripped,
// else that of its exports.
#define _DEFAULT_SOURCE
#include "crash.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file in memory. It is not trusted: every offset is checked before it is used. */
struct file {
    const uint8_t *bytes;
    size_t size;
};

static bool holds(const struct file *file, uint64_t start, uint64_t size) {
    return start <= file->size && size <= file->size - start;
}

static bool open_file(struct file *file, const char *path) {
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    void *bytes = MAP_FAILED;
    if (fstat(descriptor, &status) == 0 && status.st_size > 0) {
        file->size = (size_t)status.st_size;
        bytes = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    }
    close(descriptor);
    file->bytes = bytes;
    return bytes != MAP_FAILED;
}

/* NULL: it is not an ELF file, or for another machine. */
static const ElfW(Shdr) * sections_of(const struct file *file, size_t *count) {
    const ElfW(Ehdr) *head = (const void *)file->bytes;
    if (!holds(file, 0, sizeof *head) || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 ||
        head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_shentsize != sizeof(ElfW(Shdr)) ||
        head->e_shoff % _Alignof(ElfW(Shdr)) != 0 ||
        !holds(file, head->e_shoff, (uint64_t)head->e_shnum * sizeof(ElfW(Shdr))))
        return NULL;
    *count = head->e_shnum;
    return (const void *)(file->bytes + head->e_shoff);
}

static bool covers(const ElfW(Sym) * symbol, uint64_t offset) {
    return ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_shndx != SHN_UNDEF &&
           symbol->st_value <= offset && offset - symbol->st_value < symbol->st_size;
}

static bool copy_name(const struct file *file, const ElfW(Shdr) * texts, size_t at, char *name,
                      size_t capacity) {
    if (at >= texts->sh_size || !holds(file, texts->sh_offset, texts->sh_size))
        return false;
    const char *text = (const char *)file->bytes + texts->sh_offset + at;
    size_t length = strnlen(text, texts->sh_size - at);
    const char *part = memchr(text, '.', length); /* NAME.part.0: split by the compiler */
    snprintf(name, capacity, "%.*s", (int)(part != NULL ? (size_t)(part - text) : length), text);
    return name[0] != '\0';
}

static bool name_in(const struct file *file, const ElfW(Shdr) * table, const ElfW(Shdr) * texts,
                    uint64_t offset, char *name, size_t capacity) {
    if (!holds(file, table->sh_offset, table->sh_size) ||
        table->sh_offset % _Alignof(ElfW(Sym)) != 0)
        return false;
    const ElfW(Sym) *symbols = (const void *)(file->bytes + table->sh_offset);
    for (size_t i = 0; i < table->sh_size / sizeof *symbols; i++)
        if (covers(&symbols[i], offset))
            return copy_name(file, texts, symbols[i].st_name, name, capacity);
    return false;
}

static bool name_by(const struct file *file, unsigned type, uint64_t offset, char *name,
                    size_t capacity) {
    size_t count = 0;
    const ElfW(Shdr) *sections = sections_of(file, &count);
    for (size_t i = 0; sections != NULL && i < count; i++) {
        if (sections[i].sh_type == type && sections[i].sh_link < count) {
            return name_in(file, &sections[i], &sections[sections[i].sh_link], offset, name,
                           capacity);
        }
    }
    return false;
}

bool ac_crash_name(const char *path, uint64_t offset, char *name, size_t capacity) {
    struct file file;
    if (!open_file(&file, path))
        return false;
    bool named = name_by(&file, SHT_SYMTAB, offset, name, capacity) ||
                 name_by(&file, SHT_DYNSYM, offset, name, capacity);
    munmap((void *)file.bytes, file.size);
    return named;
}
