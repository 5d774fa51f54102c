// SPDX-License-Identifier: MIT
// The memory that parent and child share, each piece in a file without a name.
#define _GNU_SOURCE /* memfd_create, F_ADD_SEALS, fallocate */
#include "process.h"

#include "program/memory.h"
#include "run/call_watch.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIRST_OPS = 4096, MOST_OUTPUT = 64 << 20 };

/* Memory that another process can map by *file. NULL: out of memory or of file descriptors. */
static void *share(size_t size, int *file) {
    *file = memfd_create("shared with the child", MFD_CLOEXEC);
    if (*file < 0 || ftruncate(*file, (off_t)size) != 0)
        return NULL;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *file, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

/* A file of a fixed size: a write past its end fails, without a signal. How much was written is the
 * offset, which parent and child share. */
static int new_output(void) {
    int file = memfd_create("output of the child", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0 || ftruncate(file, MOST_OUTPUT) != 0 || fcntl(file, F_ADD_SEALS, F_SEAL_GROW) != 0)
        return -1;
    return file;
}

static bool share_all(struct ac_child *child) {
    const struct ac_child_options *options = &child->options;
    child->op_capacity = FIRST_OPS;
    child->answers_file = child->journal_file = -1;
    child->shared = share(sizeof *child->shared, &child->shared_file);
    child->ops = share(FIRST_OPS * sizeof *child->ops, &child->ops_file);
    child->output = new_output();
    if (options->keep_answers)
        child->answers = share(sizeof *child->answers, &child->answers_file);
    if (options->keep_journal)
        child->journal = share(sizeof *child->journal, &child->journal_file);
    return child->shared != NULL && child->ops != NULL && child->output >= 0 &&
           (child->answers != NULL || !options->keep_answers) &&
           (child->journal != NULL || !options->keep_journal);
}

struct ac_child *ac_child_new(const struct ac_child_options *options) {
    struct ac_child *child = ac_memory_new(sizeof *child);
    if (child == NULL)
        return NULL;
    child->options = *options;
    if (options->target.allocator != NULL) {
        child->options.oracles =
            ac_oracles_under(ac_target_profile(&options->target), options->oracles);
    }
    child->link = -1;
    if (!share_all(child)) {
        ac_child_delete(child);
        return NULL;
    }
    return child;
}

static void close_file(int file) {
    if (file >= 0)
        close(file);
}

void ac_child_delete(struct ac_child *child) {
    if (child == NULL)
        return;
    ac_child_end_process(child);
    close_file(child->output);
    close_file(child->shared_file);
    close_file(child->ops_file);
    close_file(child->answers_file);
    close_file(child->journal_file);
    ac_memory_delete(child->ops, child->op_capacity * sizeof *child->ops);
    ac_memory_delete(child->answers, sizeof *child->answers);
    ac_memory_delete(child->journal, sizeof *child->journal);
    ac_memory_delete(child->shared, sizeof *child->shared);
    ac_memory_delete(child, sizeof *child);
}

bool ac_child_reserve_ops(struct ac_child *child, size_t count) {
    if (count <= child->op_capacity)
        return true;
    if (count > PTRDIFF_MAX / sizeof *child->ops)
        return false;
    int file;
    struct ac_op *ops = share(count * sizeof *ops, &file);
    if (ops == NULL) {
        close_file(file);
        return false;
    }
    ac_child_end_process(child); /* it maps the old file */
    ac_memory_delete(child->ops, child->op_capacity * sizeof *ops);
    close_file(child->ops_file);
    child->ops = ops;
    child->ops_file = file;
    child->op_capacity = count;
    return true;
}

/* --- settings of the requests to come --- */

void ac_child_timeout(struct ac_child *child, uint64_t milliseconds) {
    child->deadline = milliseconds == 0 ? 0 : ac_now_ms() + milliseconds;
}

void ac_child_trap(struct ac_child *child, bool trapped) {
    if (child->options.target.trapped != trapped) {
        child->options.target.trapped = trapped;
        ac_child_renew(child);
    }
}

void ac_child_profile(struct ac_child *child, const struct ac_profile *profile) {
    if (child->options.target.profile != profile) {
        child->options.target.profile = profile;
        ac_child_renew(child);
    }
}

void ac_child_refuse(struct ac_child *child, struct ac_refusal refusal) {
    child->refusal = refusal;
}

void ac_child_accept(struct ac_child *child, const struct ac_accepted *accepted) {
    child->accepted = accepted != NULL ? *accepted : (struct ac_accepted){.of = {0}};
}

/* --- what the last request left --- */

const uint8_t *ac_child_behaviour(const struct ac_child *child) {
    return child->options.keep_behaviour ? child->shared->behaviour : NULL;
}

const struct ac_answers *ac_child_answers(const struct ac_child *child) {
    return child->answers;
}

const struct ac_journal *ac_child_journal(const struct ac_child *child) {
    return child->journal;
}

const struct ac_crash *ac_child_crash(const struct ac_child *child) {
    return &child->shared->crash;
}

bool ac_child_gave_up(const struct ac_child *child) {
    return child->gave_up;
}

static size_t written_output(const struct ac_child *child) {
    const off_t written = lseek(child->output, 0, SEEK_CUR);
    return written < 0 ? 0 : written < MOST_OUTPUT ? (size_t)written : MOST_OUTPUT;
}

void ac_child_empty_output(struct ac_child *child) {
    const off_t written = (off_t)written_output(child);
    if (written > 0)
        fallocate(child->output, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, written);
    lseek(child->output, 0, SEEK_SET);
}

size_t ac_child_output(const struct ac_child *child, char *text, size_t capacity) {
    size_t length = 0, most = capacity > 0 ? capacity - 1 : 0;
    const size_t written = written_output(child);
    const size_t start = written > most ? written - most : 0;
    while (start + length < written) {
        ssize_t got =
            pread(child->output, text + length, written - start - length, (off_t)(start + length));
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    if (capacity > 0)
        text[length] = '\0';
    return length;
}
