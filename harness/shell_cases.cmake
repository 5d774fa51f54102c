# SPDX-License-Identifier: MIT
# shell_cases(PREFIX SCRIPT LABEL ARGUMENT...): each case_NAME of a script in the caller's folder
# becomes the test PREFIX.NAME, which runs `SCRIPT NAME ARGUMENT...'.
function(shell_cases prefix script label)
    file(STRINGS ${script} cases REGEX "^case_[a-z_]+\\(\\)")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
    foreach(line ${cases})
        string(REGEX REPLACE "^case_([a-z_]+).*" "\\1" name "${line}")
        add_test(NAME ${prefix}.${name}
                 COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${name} ${ARGN})
        set_tests_properties(${prefix}.${name} PROPERTIES LABELS ${label})
    endforeach()
endfunction()
