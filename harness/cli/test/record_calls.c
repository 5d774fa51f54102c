// SPDX-License-Identifier: MIT
// Known calls for the recorder's test. The C library's own calls lie outside the two marks, a
// malloc of 77777 bytes each.
#define _GNU_SOURCE /* reallocarray, valloc, pvalloc */
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *volatile blocks[16]; /* volatile, so that the compiler keeps every call */

static void mark(void) {
    void *volatile block = malloc(77777);
    free(block);
}

static void sequence(void) {
    blocks[0] = malloc(24);
    blocks[1] = calloc(3, 40);
    blocks[0] = realloc(blocks[0], 100000);
    free(blocks[1]);
    blocks[1] = aligned_alloc(64, 128);
    void *out = NULL;
    blocks[2] = posix_memalign(&out, 256, 10) == 0 ? out : NULL;
    blocks[3] = memalign(32, 5);
    blocks[4] = valloc(100);
    blocks[5] = pvalloc(100);
    blocks[6] = reallocarray(NULL, 5, 6);
    blocks[6] = reallocarray(blocks[6], 7, 8);
    free(NULL);
    blocks[7] = realloc(NULL, 9);
    blocks[7] = realloc(blocks[7], 0);
    volatile size_t huge = SIZE_MAX / 2;
    blocks[8] = malloc(huge);
    blocks[0] = realloc(blocks[0], huge) == NULL ? blocks[0] : NULL;
    for (int i = 0; i < 7; i++)
        free(blocks[i]);
}

/* Only the parent's calls count. */
static void fork_sequence(void) {
    blocks[0] = malloc(11);
    pid_t child = fork();
    if (child == 0) {
        blocks[1] = malloc(12345);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    free(blocks[0]);
}

static sem_t turns[2];

/* The second thread frees what the first allocates, and allocates what the first resizes and frees.
 */
static void *other(void *unused) {
    for (int i = 0; i < 3; i++) {
        sem_wait(&turns[1]);
        free(blocks[0]);
        blocks[1] = calloc(1, 200 + (size_t)i);
        sem_post(&turns[0]);
    }
    sem_wait(&turns[1]); /* forever, to avoid the C library's calls at thread exit */
    return unused;
}

static void thread_sequence(void) {
    pthread_t thread;
    sem_init(&turns[0], 0, 0);
    sem_init(&turns[1], 0, 0);
    if (pthread_create(&thread, NULL, other, NULL) != 0)
        _exit(1);
    mark();
    for (int i = 0; i < 3; i++) {
        blocks[0] = malloc(300 + (size_t)i);
        sem_post(&turns[1]);
        sem_wait(&turns[0]);
        blocks[1] = realloc(blocks[1], 5000);
        free(blocks[1]);
    }
    mark();
}

/* Threads that never wait for each other: the log must still be consistent. */
static void *churn(void *unused) {
    void *own[8] = {NULL};
    for (unsigned i = 0; i < 2000; i++) {
        void **block = &own[i % 8];
        if (i % 3 == 0) {
            *block = realloc(*block, 16 + i % 200);
        } else {
            free(*block);
            *block = malloc(16 + i % 100);
        }
    }
    for (unsigned i = 0; i < 8; i++)
        free(own[i]);
    return unused;
}

static void race(void) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, churn, NULL) != 0)
            _exit(1);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

/* A thread allocates, then waits for its turn to end. */
struct life {
    pthread_t thread;
    sem_t live, ends;
    size_t size;
    void *block, *frees; /* frees: before it allocates */
};

static void *live(void *at) {
    struct life *life = at;
    free(life->frees);
    life->block = malloc(life->size);
    sem_post(&life->live);
    sem_wait(&life->ends);
    return NULL;
}

/* Returns once the thread has allocated. */
static void begin_life(struct life *life, size_t size, void *frees) {
    *life = (struct life){.size = size, .frees = frees};
    sem_init(&life->live, 0, 0);
    sem_init(&life->ends, 0, 0);
    if (pthread_create(&life->thread, NULL, live, life) != 0)
        _exit(1);
    sem_wait(&life->live);
}

static void end_life(struct life *life) {
    sem_post(&life->ends);
    pthread_join(life->thread, NULL);
}

/* The second thread frees what the first allocates, the third takes the place of the first. */
static void lives(void) {
    struct life first, second, third;
    begin_life(&first, 401, NULL);
    begin_life(&second, 402, first.block);
    end_life(&first);
    begin_life(&third, 403, NULL);
    end_life(&third);
    free(third.block);
    free(second.block);
    end_life(&second);
}

enum { CROWD = 10 };

static void crowd(void) {
    struct life all[CROWD];
    for (size_t i = 0; i < CROWD; i++)
        begin_life(&all[i], 500 + i, NULL);
    for (size_t i = 0; i < CROWD; i++) {
        end_life(&all[i]);
        free(all[i].block);
    }
}

int main(int argc, char **argv) {
    const char *which = argc > 1 ? argv[1] : "";
    if (strcmp(which, "threads") == 0) {
        thread_sequence();
        _exit(7); /* without flushing or exit handlers */
    } else if (strcmp(which, "race") == 0) {
        race();
    } else if (strcmp(which, "lives") == 0) {
        lives();
    } else if (strcmp(which, "crowd") == 0) {
        crowd();
    } else if (strcmp(which, "become") == 0 && argc > 2) {
        blocks[0] = malloc(99);
        argv[1] = argv[2];
        argv[2] = NULL;
        execv(argv[0], argv);
    } else if (strcmp(which, "fork") == 0) {
        mark();
        fork_sequence();
        mark();
    } else {
        mark();
        sequence();
        mark();
    }
    return 0;
}
