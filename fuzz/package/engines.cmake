# SPDX-License-Identifier: MIT
# Builds fuzz targets for an engine: libfuzzer, afl, or standalone (replay of files). allocheck's own build
# and allocheck_add_allocator (allocator.cmake) share this file, in the tree and installed.
include_guard(GLOBAL)

# allocheck_find_afl(OUT): sets OUT to the folder of AFL++'s runtime; empty: not installed.
function(allocheck_find_afl out)
    find_program(AFL_CLANG_FAST afl-clang-fast)
    get_filename_component(beside "${AFL_CLANG_FAST}" DIRECTORY)
    find_path(AFL_RUNTIME afl-compiler-rt.o HINTS "$ENV{AFL_PATH}" "${beside}/../lib/afl")
    if(AFL_CLANG_FAST AND AFL_RUNTIME)
        set(${out} "${AFL_RUNTIME}" PARENT_SCOPE)
    else()
        set(${out} "" PARENT_SCOPE)
    endif()
endfunction()

# allocheck_watch(TARGET ENGINE): compiles the target with edge coverage for the engine.
function(allocheck_watch target engine)
    if(engine STREQUAL libfuzzer)
        target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    elseif(engine STREQUAL afl)
        target_compile_options(${target} PRIVATE -fsanitize-coverage=trace-pc-guard)
    endif()
endfunction()

# allocheck_watch_allocator(TARGET ENGINE): as allocheck_watch, but without value comparisons. They take a
# fifth of the time and find nothing, because the mutator supplies the sizes.
function(allocheck_watch_allocator target engine)
    allocheck_watch(${target} ${engine})
    if(engine STREQUAL libfuzzer)
        target_compile_options(${target} PRIVATE -fno-sanitize-coverage=trace-cmp)
    endif()
endfunction()

# allocheck_engine(ENGINE): the library allocheck_engine_ENGINE. Each executable must link it directly,
# because CMake does not pass on objects.
function(allocheck_engine engine)
    set(name allocheck_engine_${engine})
    set(fuzz ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/..)
    if(TARGET ${name})
        return()
    endif()
    if(engine STREQUAL libfuzzer)
        add_library(${name} INTERFACE)
        target_link_options(${name} INTERFACE -fsanitize=fuzzer)
        return()
    endif()
    add_library(${name} OBJECT EXCLUDE_FROM_ALL ${fuzz}/engine_replay.c ${fuzz}/engine_${engine}.c)
    if(engine STREQUAL afl)
        # Links like afl-clang-fast; plain clang compiles the objects.
        allocheck_find_afl(runtime)
        target_link_libraries(${name} INTERFACE ${runtime}/afl-compiler-rt.o)
        target_link_options(${name} INTERFACE LINKER:--dynamic-list=${runtime}/dynamic_list.txt)
    endif()
endfunction()

# allocheck_driver(NAME ENGINE SYMBOL COMMAND [MUTATOR]): an object library with the fuzz target function
# for the struct ac_allocator SYMBOL. COMMAND, followed by a file, reproduces an input. MUTATOR replaces
# the mutator on ops.
function(allocheck_driver name engine symbol command)
    set(fuzz ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/..)
    set(mutator ${ARGN})
    if(engine STREQUAL libfuzzer AND NOT mutator)
        set(mutator ${fuzz}/mutator_libfuzzer.c ${fuzz}/mutator.c)
    endif()
    add_library(${name} OBJECT EXCLUDE_FROM_ALL ${fuzz}/allocator_fuzz.c ${fuzz}/engine_programs.c
                ${fuzz}/engine_counters.c ${fuzz}/engine_start.c ${fuzz}/engine_behaviour.c
                ${fuzz}/engine_options.c ${fuzz}/behaviour_none.c ${mutator})
    target_include_directories(${name} PRIVATE ${fuzz})
    target_compile_definitions(${name} PRIVATE ALLOCHECK_ALLOCATOR=${symbol}
                               "ALLOCHECK_COMMAND=\"${command}\"")
endfunction()
