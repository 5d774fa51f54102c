# SPDX-License-Identifier: MIT
# The rooms of the harness, from the bottom up: a room may link only rooms before it in this list.
#
#   ac_room(NAME [LINKS room...] [HEADERS header...] [LIBRARIES library...] [SOURCES extra...])
#
# builds the library room_NAME (the archive liballocheck_NAME) from all .c files in the caller's folder.
# It links the rooms in LINKS and owns the HEADERS of include/allocheck. test/walls.py fails if it
# includes a header, or uses a symbol, of a room that it does not link.

# The rooms of allocheck::core, which other projects link.
set(ALLOCHECK_CORE_ROOMS program form model pages generate run race probe child measure shrink)
set(ALLOCHECK_ROOMS ${ALLOCHECK_CORE_ROOMS}
    explain export results report adapter planted tool verify session convert findings campaign sweep compare scorecard record
    cli)

function(ac_room name)
    cmake_parse_arguments(PARSE_ARGV 1 room "" "" "LINKS;HEADERS;LIBRARIES;SOURCES")
    file(GLOB sources CONFIGURE_DEPENDS *.c)
    list(FILTER sources EXCLUDE REGEX "/main\\.c$")
    ac_choose_trap(sources)
    if(room_SOURCES)
        list(APPEND sources ${room_SOURCES})
    endif()
    set(target room_${name})
    add_library(${target} STATIC ${sources})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME allocheck_${name} EXPORT_NAME ${name})
    # For headers of other rooms: "run/runner.h".
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/harness>
                               $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/harness/include>)
    list(JOIN room_LINKS " " links)
    list(JOIN room_HEADERS " " headers)
    set_property(GLOBAL APPEND_STRING PROPERTY ALLOCHECK_WALLS
                 "${name}|${links}|${headers}|$<TARGET_FILE:${target}>\n")
    list(TRANSFORM room_LINKS PREPEND room_)
    target_link_libraries(${target} PUBLIC ${room_LINKS} ${room_LIBRARIES})
    if(name IN_LIST ALLOCHECK_CORE_ROOMS)
        ac_core_room(${target})
    endif()
endfunction()

# Under an engine, sanitizers check only the code under test, to save time. ThreadSanitizer must see the
# harness too, because the harness synchronises the threads.
function(ac_core_room target)
    if(ALLOCHECK_SANITIZE AND ALLOCHECK_ENGINE STREQUAL libfuzzer
       AND NOT ALLOCHECK_SANITIZE MATCHES thread)
        target_compile_options(${target} PRIVATE -fno-sanitize=all)
        if(ALLOCHECK_SANITIZE MATCHES address)
            target_compile_definitions(${target} PRIVATE ALLOCHECK_WATCHES_ADDRESSES)
        endif()
    endif()
    install(TARGETS ${target} EXPORT allocheck INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endfunction()

# The system call trap exists for x86-64 Linux only.
function(ac_choose_trap list)
    set(unused x86_64)
    if(CMAKE_SYSTEM_NAME STREQUAL Linux AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
        set(unused none)
    endif()
    set(kept ${${list}})
    list(FILTER kept EXCLUDE REGEX "/trap_${unused}\\.c$")
    set(${list} ${kept} PARENT_SCOPE)
endfunction()

# Functions and source lines of crashes, by libdw (elfutils) if it is installed. FOLDER: of the room explain.
function(ac_choose_symbols target folder)
    find_path(ALLOCHECK_LIBDW_INCLUDE elfutils/libdwfl.h)
    find_library(ALLOCHECK_LIBDW dw)
    if(ALLOCHECK_LIBDW_INCLUDE AND ALLOCHECK_LIBDW)
        target_sources(${target} PRIVATE ${folder}/symbols/libdw.c)
        target_include_directories(${target} PRIVATE ${ALLOCHECK_LIBDW_INCLUDE})
        target_link_libraries(${target} PUBLIC ${ALLOCHECK_LIBDW})
    else()
        message(STATUS "stacks of crashes have no functions and lines: libdw is not installed "
                       "(Debian: libdw-dev)")
        target_sources(${target} PRIVATE ${folder}/symbols/none.c)
    endif()
endfunction()

# ac_tests(ROOM [LIBRARIES library...] [EXCEPT test...]): each test_*.c in the caller's folder becomes a
# cmocka program and a CTest. Tests may use any room.
function(ac_tests room)
    cmake_parse_arguments(PARSE_ARGV 1 tests "" "" "LIBRARIES;EXCEPT")
    file(GLOB sources CONFIGURE_DEPENDS test_*.c)
    foreach(except ${tests_EXCEPT})
        list(FILTER sources EXCLUDE REGEX "/${except}\\.c$")
    endforeach()
    foreach(source ${sources})
        get_filename_component(name ${source} NAME_WE)
        add_executable(${name} ${source})
        target_link_libraries(${name} PRIVATE room_${room} ${tests_LIBRARIES} test_support allocheck_core
                              $<TARGET_NAME_IF_EXISTS:room_adapter>
                              $<TARGET_NAME_IF_EXISTS:room_planted> ${CMOCKA})
        add_test(NAME ${name} COMMAND ${name})
        set_tests_properties(${name} PROPERTIES LABELS unit)
    endforeach()
endfunction()
