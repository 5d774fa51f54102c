# SPDX-License-Identifier: MIT
# allocheck_add_allocator(NAME name SOURCES source... ADAPTER source
#                         [INCLUDE folder...] [DEFINITIONS definition...] [LIBRARIES library...]
#                         [TEST_OPTIONS option...])
#
# Tests an allocator from its sources. ADAPTER defines `const struct ac_allocator ac_allocator'
# (allocheck/allocator.h). It and SOURCES are compiled with INCLUDE and DEFINITIONS and linked with
# LIBRARIES. Creates the targets
#   name_run   `allocheck run' for this allocator, with the project's flags
#   name_fuzz  libFuzzer, AddressSanitizer, UndefinedBehaviorSanitizer; needs clang
#   name_afl   AFL++, persistent; needs clang and afl-clang-fast
# and the test name_corpus, which replays the stored programs with name_run and TEST_OPTIONS (of
# `allocheck run'). Only SOURCES get coverage for the engines.
#
# The targets compile allocheck from its sources, with the project's compiler, machine and sanitizers.
include_guard(GLOBAL)
include(${CMAKE_CURRENT_LIST_DIR}/engines.cmake)
set_property(GLOBAL PROPERTY ALLOCHECK_VERSION "${allocheck_VERSION}")

# A library of allocheck's sources, without the project's warnings.
function(allocheck_own_library name kind)
    add_library(${name} ${kind} EXCLUDE_FROM_ALL ${ARGN})
    allocheck_own(${name})
endfunction()

function(allocheck_own target)
    set_target_properties(${target} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF
                          POSITION_INDEPENDENT_CODE ON)
    target_compile_options(${target} PRIVATE -w $<$<CONFIG:>:-O2>)
endfunction()

# allocheck_harness(NAME): the harness, one library for all allocators of a project.
function(allocheck_harness name)
    set(harness ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../harness)
    if(NOT TARGET ${name})
        include(${harness}/rooms.cmake)
        list(TRANSFORM ALLOCHECK_CORE_ROOMS REPLACE "(.+)" "${harness}/\\1/*.c"
             OUTPUT_VARIABLE patterns)
        file(GLOB sources ${patterns})
        ac_choose_trap(sources)
        allocheck_own_library(${name} STATIC ${sources})
        target_include_directories(${name} PUBLIC ${harness}/include PRIVATE ${harness})
    endif()
endfunction()

# allocheck_json_files(TARGET HARNESS): --profile, --json, --junit and --sarif, if cJSON is installed.
function(allocheck_json_files target harness)
    find_path(ALLOCHECK_CJSON_INCLUDE cjson/cJSON.h)
    find_library(ALLOCHECK_CJSON cjson)
    set(cli ${harness}/cli)
    if(ALLOCHECK_CJSON_INCLUDE AND ALLOCHECK_CJSON)
        file(GLOB results ${harness}/results/*.c)
        target_sources(${target} PRIVATE ${harness}/tool/profile_read.c ${harness}/session/outputs.c
                       ${harness}/session/results.c ${harness}/session/kept.c ${results})
        get_property(version GLOBAL PROPERTY ALLOCHECK_VERSION)
        target_compile_definitions(${target} PRIVATE ALLOCHECK_VERSION="${version}"
                                   ALLOCHECK_SANITIZE="")
        target_include_directories(${target} PRIVATE ${ALLOCHECK_CJSON_INCLUDE})
        target_link_libraries(${target} PUBLIC ${ALLOCHECK_CJSON})
    else()
        message(STATUS "no --profile, --json, --junit and --sarif for added allocators: cJSON is not "
                       "installed")
        target_sources(${target} PRIVATE ${cli}/single/no_profile.c ${cli}/single/no_results.c)
    endif()
endfunction()

# The library allocheck_run: `allocheck run' for the ac_allocator that it is linked with.
function(allocheck_run_library)
    set(harness ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../../harness)
    if(NOT TARGET allocheck_run)
        file(GLOB adapters ${harness}/adapter/*.c)
        list(FILTER adapters EXCLUDE REGEX "/(adapters|slate)\\.c$") # only for allocheck's own build
        file(GLOB commands ${harness}/cli/run*.c ${harness}/tool/*.c ${harness}/session/*.c)
        list(FILTER commands EXCLUDE REGEX "/(session/outputs|session/results|session/kept|profile_read|profile_write)\\.c$")
        file(GLOB explain ${harness}/explain/*.c)
        allocheck_own_library(allocheck_run STATIC ${harness}/cli/single/main.c ${commands}
                              ${explain} ${adapters})
        target_include_directories(allocheck_run PRIVATE ${harness})
        target_link_libraries(allocheck_run PUBLIC allocheck_harness ${CMAKE_DL_LIBS})
        ac_choose_symbols(allocheck_run ${harness}/explain)
        allocheck_json_files(allocheck_run ${harness})
    endif()
endfunction()

# allocheck_code(NAME): the sources of the added allocator.
macro(allocheck_code name)
    add_library(${name} OBJECT EXCLUDE_FROM_ALL ${allocator_SOURCES})
    target_include_directories(${name} PUBLIC ${allocator_INCLUDE} ${root}/harness/include)
    target_compile_definitions(${name} PUBLIC ${allocator_DEFINITIONS})
    target_link_libraries(${name} PUBLIC ${allocator_LIBRARIES})
endmacro()

# allocheck_target(TARGET CODE LIBRARY...): an executable of adapter, code and libraries.
macro(allocheck_target target code)
    add_executable(${target} ${allocator_ADAPTER})
    target_link_libraries(${target} PRIVATE ${code} ${ARGN})
endmacro()

# allocheck_programs(NAME ENGINE HARNESS COMMAND): the fuzz target function of the allocator.
macro(allocheck_programs name engine harness command)
    allocheck_harness(${harness})
    allocheck_engine(${engine})
    allocheck_driver(${name} ${engine} ac_allocator "${command}")
    allocheck_own(${name})
    target_link_libraries(${name} PUBLIC ${harness})
endmacro()

macro(allocheck_add_run name)
    allocheck_harness(allocheck_harness)
    allocheck_run_library()
    allocheck_code(${name}_run_code)
    allocheck_target(${name}_run ${name}_run_code allocheck_run)
    add_test(NAME ${name}_corpus
             COMMAND bash ${root}/harness/cli/test/corpus_test.sh ${root}/corpus
                     $<TARGET_FILE:${name}_run> ${allocator_TEST_OPTIONS})
endmacro()

# The sanitizers do not check the harness, but it poisons live blocks for them.
macro(allocheck_add_fuzz name)
    set(sanitize -fsanitize=address,undefined)
    allocheck_programs(${name}_fuzz_programs libfuzzer allocheck_harness_poisoning "${name}_fuzz")
    target_compile_options(allocheck_harness_poisoning PRIVATE -fno-sanitize=all)
    target_compile_definitions(allocheck_harness_poisoning PRIVATE ALLOCHECK_WATCHES_ADDRESSES)
    allocheck_code(${name}_fuzz_code)
    allocheck_watch_allocator(${name}_fuzz_code libfuzzer)
    allocheck_target(${name}_fuzz ${name}_fuzz_code ${name}_fuzz_programs
                     allocheck_engine_libfuzzer)
    foreach(watched ${name}_fuzz_code ${name}_fuzz)
        target_compile_options(${watched} PRIVATE ${sanitize} -fno-sanitize-recover=all
                               -fno-omit-frame-pointer -g)
    endforeach()
    target_link_options(${name}_fuzz PRIVATE ${sanitize})
endmacro()

macro(allocheck_add_afl name)
    allocheck_programs(${name}_afl_programs afl allocheck_harness "${name}_run")
    allocheck_own(allocheck_engine_afl)
    allocheck_code(${name}_afl_code)
    allocheck_watch_allocator(${name}_afl_code afl)
    allocheck_target(${name}_afl ${name}_afl_code ${name}_afl_programs allocheck_engine_afl)
endmacro()

# Sets missing_fuzz and missing_afl to what is missing for them.
macro(allocheck_find_missing)
    set(missing_fuzz "")
    foreach(language C CXX)
        if(CMAKE_${language}_COMPILER_LOADED AND NOT CMAKE_${language}_COMPILER_ID MATCHES Clang)
            set(missing_fuzz "clang (${language} is compiled by ${CMAKE_${language}_COMPILER_ID})")
        endif()
    endforeach()
    set(missing_afl "${missing_fuzz}")
    allocheck_find_afl(runtime)
    if(NOT missing_afl AND NOT runtime)
        set(missing_afl "afl-clang-fast and its runtime")
    endif()
endmacro()

macro(allocheck_check_arguments)
    if(allocator_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "allocheck_add_allocator: expected NAME, SOURCES, ADAPTER, INCLUDE, "
                "DEFINITIONS, LIBRARIES or TEST_OPTIONS, got ${allocator_UNPARSED_ARGUMENTS}")
    endif()
    foreach(argument NAME SOURCES ADAPTER)
        if(NOT allocator_${argument})
            message(FATAL_ERROR "allocheck_add_allocator: ${argument} is missing")
        endif()
    endforeach()
endmacro()

function(allocheck_add_allocator)
    get_filename_component(root ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../.. ABSOLUTE)
    cmake_parse_arguments(PARSE_ARGV 0 allocator "" "NAME;ADAPTER"
                          "SOURCES;INCLUDE;DEFINITIONS;LIBRARIES;TEST_OPTIONS")
    allocheck_check_arguments()
    allocheck_find_missing()
    allocheck_add_run(${allocator_NAME})
    foreach(kind fuzz afl)
        if(missing_${kind})
            message(STATUS "no ${allocator_NAME}_${kind}: it needs ${missing_${kind}}")
        else()
            cmake_language(CALL allocheck_add_${kind} ${allocator_NAME})
        endif()
    endforeach()
endfunction()
