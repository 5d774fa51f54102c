# SPDX-License-Identifier: MIT
# How a target is built for an engine: libfuzzer, afl, or standalone (replay of files). allocheck's
# own build and allocheck_add_allocator (allocator.cmake) both go by this file; it finds its sources
# beside itself, in the tree and where it is installed.
include_guard(GLOBAL)

# allocheck_find_afl(OUT): the folder of AFL++'s runtime, as afl-clang-fast finds it; empty: none.
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

# allocheck_watch(TARGET ENGINE): the engine learns which edges of the target's code ran.
function(allocheck_watch target engine)
    if(engine STREQUAL libfuzzer)
        target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    elseif(engine STREQUAL afl)
        target_compile_options(${target} PRIVATE -fsanitize-coverage=trace-pc-guard)
    endif()
endfunction()

# allocheck_watch_allocator(TARGET ENGINE): as allocheck_watch. Sizes come from the mutator:
# comparing values costs a fifth of the time and finds nothing.
function(allocheck_watch_allocator target engine)
    allocheck_watch(${target} ${engine})
    if(engine STREQUAL libfuzzer)
        target_compile_options(${target} PRIVATE -fno-sanitize-coverage=trace-cmp)
    endif()
endfunction()

# allocheck_engine(ENGINE): a library allocheck_engine_ENGINE, what is linked around a target (and
# by the target itself: objects are not handed on).
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
        # As afl-clang-fast links it; every object is compiled by plain clang.
        allocheck_find_afl(runtime)
        target_link_libraries(${name} INTERFACE ${runtime}/afl-compiler-rt.o)
        target_link_options(${name} INTERFACE LINKER:--dynamic-list=${runtime}/dynamic_list.txt)
    endif()
endfunction()

# allocheck_driver(NAME ENGINE SYMBOL COMMAND [MUTATOR]): a library of objects, the target function
# that runs the programs of inputs on the struct ac_allocator of that name. COMMAND runs one again
# when a file is put after it. MUTATOR replaces the one on programs.
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
