// SPDX-License-Identifier: MIT
// Symbols that a loaded object itself defines. dlsym is not enough: it also finds symbols of the
// object's dependencies, and calls malloc if it finds none.
#define _GNU_SOURCE /* dladdr1 */
#include "library_private.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <string.h>

struct symbols {
    const ElfW(Sym) * table;
    const char *names;
    size_t count;
};

/* DT_GNU_HASH has no symbol count: the symbols end where the last chain ends. Its header is the
 * number of buckets, the first symbol, the words of the filter (each as long as an address), and a
 * shift. */
static size_t count_by_gnu_hash(const uint32_t *header) {
    const uint32_t buckets = header[0], first = header[1], words = header[2];
    const uint32_t *bucket = header + 4 + words * (sizeof(ElfW(Addr)) / sizeof *header);
    const uint32_t *chain = bucket + buckets;
    uint32_t last = 0;
    for (uint32_t i = 0; i < buckets; i++)
        last = bucket[i] > last ? bucket[i] : last;
    while (last >= first && (chain[last - first] & 1) == 0)
        last++;
    return last >= first ? (size_t)last + 1 : first;
}

static struct symbols symbols_of(const struct link_map *object) {
    struct symbols symbols = {NULL, NULL, 0};
    for (const ElfW(Dyn) *entry = object->l_ld; entry->d_tag != DT_NULL; entry++) {
        const void *address = (const void *)entry->d_un.d_ptr; /* the loader has relocated it */
        switch (entry->d_tag) {
        case DT_SYMTAB:
            symbols.table = address;
            break;
        case DT_STRTAB:
            symbols.names = address;
            break;
        case DT_HASH: /* number of buckets, number of symbols */
            symbols.count = ((const uint32_t *)address)[1];
            break;
        case DT_GNU_HASH:
            symbols.count = count_by_gnu_hash(address);
            break;
        default:
            break;
        }
    }
    return symbols;
}

static bool defines(const struct link_map *object, const char *name) {
    const struct symbols symbols = symbols_of(object);
    for (size_t i = 1; i < symbols.count; i++) {
        const ElfW(Sym) *symbol = &symbols.table[i];
        if (symbol->st_shndx != SHN_UNDEF && strcmp(symbols.names + symbol->st_name, name) == 0)
            return true;
    }
    return false;
}

const struct link_map *ac_library_owner(const void *address) {
    Dl_info info;
    void *map = NULL;
    return address != NULL && dladdr1(address, &info, &map, RTLD_DL_LINKMAP) != 0 ? map : NULL;
}

void *ac_library_symbol(const struct ac_object *object, const char *name) {
    if (!defines(object->map, name))
        return NULL;
    void *address = dlsym(object->handle, name);
    return ac_library_owner(address) == object->map ? address : NULL;
}
